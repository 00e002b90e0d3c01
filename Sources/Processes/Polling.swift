internal import Glibc

/// Waiting for descriptors (poll(2)), with a deadline that interruptions by signals don't extend.
///
/// Every deadline of this module is on the clock that stands still while the machine sleeps, as poll's own does: the processes
/// that are waited for sleep as well.
enum Polling {
    /// Blocks until one of the descriptors can be read, is at its end or has failed, or the deadline passed; nil waits without
    /// end. Says for each whether it is ready; negative numbers are never ready.
    static func ready(_ descriptors: [Int32], until deadline: SuspendingClock.Instant?) -> [Bool] {
        ready(descriptors, events: Int16(POLLIN), until: deadline)
    }

    static func ready(_ descriptors: [Int32], events: Int16, until deadline: SuspendingClock.Instant?) -> [Bool] {
        var entries = descriptors.map { pollfd(fd: $0, events: events, revents: 0) }
        while true {
            let count = poll(&entries, nfds_t(entries.count), milliseconds(until: deadline))
            if count > 0 { return entries.map { $0.revents != 0 } }
            // A wait of more than the largest Int32 comes back early and goes on.
            if count == 0, let deadline, SuspendingClock.now >= deadline { break }
            if count < 0, errno != EINTR { break }
        }
        return descriptors.map { _ in false }
    }

    /// Rounded up, so that the deadline has passed when poll returns.
    private static func milliseconds(until deadline: SuspendingClock.Instant?) -> Int32 {
        guard let deadline else { return -1 }
        let (seconds, attoseconds) = SuspendingClock.now.duration(to: deadline).components
        if seconds < 0 || attoseconds < 0 { return 0 }
        if seconds > 1_000_000 { return 1_000_000_000 }
        return Int32(seconds) * 1000 + Int32((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
