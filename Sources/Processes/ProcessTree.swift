internal import CProcesses
internal import Glibc
internal import Synchronization

/// Keeps together what a worker starts where no sandbox does it.
public enum ProcessTree {
    /// From now on, descendants whose parents end become children of this process instead of the machine's first one, so that
    /// `Teardown.Scope.everything` finds them (prctl(2), PR_SET_CHILD_SUBREAPER).
    public static func adoptOrphans() throws(ProcessError) {
        guard slipway_adopt_orphans() == 0 else { throw .system("adopt orphaned processes", code: errno) }
    }

    /// The pids of everything that descends from a process, without it and without what has ended.
    public static func descendants(of pid: Int32) -> [Int32] {
        ProcessTable.snapshot().descendants(of: [pid]).filter { !$0.isZombie }.map(\.pid)
    }

    /// Splits this process, which must have one thread, in two: the caller goes on in a child, and the other becomes its guard,
    /// which kills whatever the child started when the child ends in any way, SIGKILL included, and then ends as it did.
    ///
    /// SIGTERM, SIGINT, SIGHUP and SIGQUIT to the guard reach the child. Were the guard killed, the child would be too.
    public static func goOnGuarded() throws(ProcessError) {
        try adoptOrphans()
        let guardian = getpid()
        let pid = slipway_fork()
        guard pid >= 0 else { throw .system("make a guarded process", code: errno) }
        guard pid > 0 else {
            slipway_set_death_signal(SIGKILL)
            // The guard may have ended before that line.
            if getppid() != guardian { _exit(1) }
            return
        }
        guardChild(pid)
    }

    private static func guardChild(_ pid: Int32) -> Never {
        slipway_forward_signals(pid)
        let handle = OwnedDescriptor(slipway_pidfd_open(pid))
        let process = SpawnedProcess(pid: pid, pidfd: handle)
        Children.unreaped.withLock { $0.append(pid) }
        let outcome = process.wait()
        Teardown.immediate.endAll(in: .everything)
        switch outcome {
        case .exited(let code): exit(code)
        case .signaled(let signal):
            slipway_reset_signals()
            raise(signal)
            exit(128 + signal)
        }
    }
}
