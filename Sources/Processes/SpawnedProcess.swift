internal import CProcesses
internal import Glibc
internal import Synchronization

/// A child process. Whoever started it waits for it: an ended process that nobody waits for stays in the process table, with
/// its pid, until this process ends.
///
/// All methods may be called from several threads. Signals go through a pidfd, so they never reach another process that got
/// the same pid later.
public final class SpawnedProcess: Sendable {
    public let pid: Int32
    private let handle: OwnedDescriptor
    private let outcome = Mutex<ProcessOutcome?>(nil)

    /// Becomes readable when the process has ended, and stays so; for poll(2). Owned by this object.
    public var pidfd: Int32 { handle.number }

    init(pid: Int32, pidfd: OwnedDescriptor) {
        self.pid = pid
        self.handle = pidfd
    }

    deinit {
        _ = reapIfEnded()
    }

    /// Blocks until it has ended and takes it out of the process table.
    public func wait() -> ProcessOutcome {
        while true {
            if let outcome = reapIfEnded() { return outcome }
            _ = Polling.ready([pidfd], until: nil)
        }
    }

    /// Blocks until it has ended or the deadline passed; nil if it still runs.
    public func wait(until deadline: SuspendingClock.Instant) -> ProcessOutcome? {
        awaitExit(until: deadline) ? reapIfEnded() : nil
    }

    /// Blocks until it has ended or the deadline passed, and leaves it in the process table: its process group can still be
    /// signalled without meeting strangers.
    public func awaitExit(until deadline: SuspendingClock.Instant?) -> Bool {
        Polling.ready([pidfd], until: deadline)[0]
    }

    /// The outcome if it has ended, taking it out of the process table; nil if it runs.
    public func reapIfEnded() -> ProcessOutcome? {
        outcome.withLock { outcome in
            if let outcome { return outcome }
            var code: Int32 = 0
            var status: Int32 = 0
            switch slipway_wait(pidfd, 0, &code, &status) {
            case 0: return nil
            case 1: outcome = code == CLD_EXITED ? .exited(status) : .signaled(status)
            // Somebody else in this process reaped it; how it ended is lost, that it ended is not.
            default: outcome = .signaled(SIGKILL)
            }
            Children.unreaped.withLock { $0.removeAll { $0 == pid } }
            return outcome
        }
    }

    /// Sends a signal to the process alone. False if it has ended already.
    @discardableResult
    public func signal(_ signal: Int32) -> Bool {
        slipway_pidfd_signal(pidfd, signal) == 0
    }

    /// Sends a signal to its process group, as long as the leader has not been waited for. False if nobody got it.
    @discardableResult
    public func signalGroup(_ signal: Int32) -> Bool {
        outcome.withLock { $0 == nil && kill(-pid, signal) == 0 }
    }
}

/// The children of this process that somebody will wait for, so that a sweep over orphans leaves them alone. The lock also
/// lets only one spawn run at a time, which the C side asks for.
enum Children {
    static let unreaped = Mutex<[Int32]>([])
}
