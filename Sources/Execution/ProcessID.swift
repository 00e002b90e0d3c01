internal import Glibc

/// This process, for the journal.
func currentProcessID() -> Int32 { getpid() }
