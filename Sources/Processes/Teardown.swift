internal import CProcesses
internal import Glibc
internal import Synchronization

/// Ends processes: signals one after the other, each with a time to obey it, and SIGKILL for what is left.
public struct Teardown: Sendable, Hashable {
    public struct Step: Sendable, Hashable {
        public var signal: Int32
        /// How long everything may take to end after it.
        public var grace: Duration

        public init(signal: Int32, grace: Duration) {
            self.signal = signal
            self.grace = grace
        }
    }

    /// What is ended together.
    public enum Scope: Sendable {
        /// A step: the leader, its session, and what descends from it. What made a session of its own and lost its parent is
        /// not found; the end of its sandbox, cgroup or job catches it.
        case session
        /// Everything in the sandbox but what keeps it open, so that later steps can still run in it.
        case sandbox(Sandbox)
        /// Everything in the cgroup.
        case cgroup(JobCgroup)
        /// What has a variable of that name and value (`NAME=value`) in its environment since it was started, wherever it went
        /// from there.
        case marked(String)
        /// Every descendant of this process; after `ProcessTree.adoptOrphans()` that is everything it ever started.
        case everything
    }

    /// In their order; SIGKILL follows by itself.
    public var steps: [Step]

    public init(steps: [Step]) {
        self.steps = steps
    }

    /// SIGTERM, and ten seconds.
    public static let standard = Teardown(steps: [Step(signal: SIGTERM, grace: .seconds(10))])
    public static let immediate = Teardown(steps: [])

    /// Ends everything in the scope, waits until it is gone, and returns how the leader ended. Blocks for the graces at most,
    /// plus what the kernel needs.
    ///
    /// - Parameters:
    ///   - output: Is read meanwhile, as a process whose pipe is full can't end in good order.
    ///   - consume: Gets that output.
    @discardableResult
    public func end(
        _ leader: SpawnedProcess, scope: Scope = .session, draining output: OutputPipe? = nil,
        consume: (UnsafeRawBufferPointer) -> Void = { _ in }
    ) -> ProcessOutcome {
        withoutActuallyEscaping(consume) { consume in
            Sweep(leader: leader, scope: scope, output: output, consume: consume).run(steps)
        }
        return leader.wait()
    }

    /// The same without a leader, for the end of a job. The leaders that it started have to be waited for by their owners.
    public func endAll(in scope: Scope) {
        Sweep(leader: nil, scope: scope, output: nil, consume: { _ in }).run(steps)
    }
}

/// One teardown under way.
private struct Sweep {
    let leader: SpawnedProcess?
    let scope: Teardown.Scope
    let output: OutputPipe?
    let consume: (UnsafeRawBufferPointer) -> Void

    /// Rounds of killing, in case processes make new ones faster than they are found.
    private static let mostRounds = 1000

    func run(_ steps: [Teardown.Step]) {
        for step in steps {
            let targets = targets()
            guard !targets.isEmpty else { break }
            for target in targets { target.signal(step.signal) }
            // A stopped process gets no signal but SIGKILL until it goes on.
            for target in targets { target.signal(SIGCONT) }
            if awaitEnd(of: targets, until: SuspendingClock.now + step.grace), self.targets().isEmpty { break }
        }
        kill()
        reapOrphans()
    }

    private func kill() {
        var isEmpty = false
        for _ in 0..<Self.mostRounds {
            let targets = targets()
            // Twice in a row, as a process may be made and its parent end while the table is read.
            if targets.isEmpty, isEmpty { return }
            isEmpty = targets.isEmpty
            if case .cgroup(let cgroup) = scope { cgroup.kill() }
            for target in targets { target.signal(SIGKILL) }
            _ = awaitEnd(of: targets, until: SuspendingClock.now + .milliseconds(200))
            reapOrphans()
        }
    }

    /// Waits for all of them, reading output meanwhile. False if some are left at the deadline.
    private func awaitEnd(of targets: [SweepTarget], until deadline: SuspendingClock.Instant) -> Bool {
        var open = targets
        var pipe = output?.readEnd ?? -1
        while !open.isEmpty {
            let ready = Polling.ready(open.map(\.pidfd) + [pipe], until: deadline)
            guard ready.contains(true) else { return false }
            if ready[open.count], let output, !output.drain(consume: consume) { pipe = -1 }
            open = zip(open, ready).filter { !$1 }.map(\.0)
            if SuspendingClock.now >= deadline { return open.isEmpty }
        }
        return true
    }

    /// The leader first: a shell that sees the end of its command before it is asked to end itself takes that for a failure,
    /// and its trap never runs.
    private func targets() -> [SweepTarget] {
        let members = members(ProcessTable.snapshot()).filter { !$0.isZombie }
        let first = members.filter { $0.pid == leader?.pid }
        return (first + members.filter { $0.pid != leader?.pid }).compactMap(SweepTarget.init)
    }

    private func members(_ table: ProcessTable) -> [ProcessTable.Entry] {
        let own = getpid()
        switch scope {
        case .session:
            guard let leader, let root = table.entries[leader.pid] else { return [] }
            let below = table.descendants(of: [root.pid])
            let known = Set(below.map(\.pid))
            // A leader that stayed in this process's own session takes nobody else with it.
            let session = table.entries.values.filter { $0.session == root.pid && $0.pid != root.pid && !known.contains($0.pid) }
            return [root] + below + session
        case .sandbox(let sandbox):
            let roots = Set([sandbox.firstProcess] + [leader?.pid].compactMap { $0 })
            let inside = table.descendants(of: roots).filter { $0.pid != sandbox.keeper }
            return inside + [leader.flatMap { table.entries[$0.pid] }].compactMap { $0 }
        case .cgroup(let cgroup):
            let pids = Set(cgroup.processes).union([leader?.pid].compactMap { $0 }).subtracting([own])
            // Asked for one by one: the table may be older than the cgroup's list.
            return pids.compactMap { ProcessTable.entry(of: $0) }
        case .marked(let mark):
            return table.entries.values.filter { entry in
                entry.pid != own
                    && KernelFile.text("/proc/\(entry.pid)/environ")?.split(separator: "\0").contains(Substring(mark)) == true
            }
        case .everything:
            return table.descendants(of: [own])
        }
    }

    /// Zombies that became this process's children because their parents ended. Those that somebody started and waits for stay.
    private func reapOrphans() {
        let own = getpid()
        Children.unreaped.withLock { started in
            for entry in ProcessTable.snapshot().entries.values
            where entry.isZombie && entry.parent == own && !started.contains(entry.pid) {
                slipway_reap(entry.pid)
            }
        }
    }
}

/// A process that is to end, held so that its pid can't become another's.
private struct SweepTarget {
    let handle: OwnedDescriptor
    var pidfd: Int32 { handle.number }

    /// Nil if it has ended since the table was read.
    init?(_ entry: ProcessTable.Entry) {
        let number = slipway_pidfd_open(entry.pid)
        guard number >= 0 else { return nil }
        handle = OwnedDescriptor(number)
        guard ProcessTable.entry(of: entry.pid)?.startTime == entry.startTime else { return nil }
    }

    func signal(_ signal: Int32) {
        _ = slipway_pidfd_signal(pidfd, signal)
    }
}
