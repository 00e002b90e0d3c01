#if canImport(Glibc)
internal import Glibc
#endif

/// This process, for the journal.
func currentProcessID() -> Int32 { getpid() }
