internal import CProcesses
internal import Glibc

/// A bubblewrap sandbox that lasts for a job. Its processes are started by `SpawnedProcess.start` with `handle`, join its
/// namespaces and are children of this process, so a step costs about as much as it would without a sandbox.
///
/// One bwrap(1) makes the namespaces and keeps them as long as its only program runs: a `cat` that reads from a pipe of this
/// process and so ends with it, at the latest. When bubblewrap's first process ends, the kernel kills everything in the sandbox.
public final class Sandbox: Sendable {
    /// To be put into a `ProcessSpecification`.
    public let handle: SandboxHandle
    /// The sandbox's first process, seen from outside.
    public let firstProcess: Int32
    /// The process that keeps the sandbox open.
    let keeper: Int32
    private let bubblewrap: SpawnedProcess
    private let firstProcessHandle: OwnedDescriptor
    private let lifeline: OwnedDescriptor

    fileprivate init(
        bubblewrap: SpawnedProcess, firstProcess: Int32, firstProcessHandle: OwnedDescriptor, lifeline: OwnedDescriptor
    ) throws(ProcessError) {
        self.bubblewrap = bubblewrap
        self.firstProcess = firstProcess
        self.firstProcessHandle = firstProcessHandle
        self.lifeline = lifeline
        self.handle = try SandboxHandle(ofProcess: firstProcess)
        self.keeper = ProcessTable.child(of: firstProcess) ?? 0
    }

    deinit {
        slipway_pidfd_signal(firstProcessHandle.number, SIGKILL)
    }

    /// Makes a sandbox; returns when all of it is in place.
    ///
    /// - Parameters:
    ///   - bubblewrap: The program, as a path or a name in `/usr/local/bin:/usr/bin:/bin`.
    ///   - limit: How long it may take.
    public static func start(
        _ policy: SandboxPolicy, bubblewrap: String = "bwrap", limit: Duration = .seconds(10)
    ) throws(ProcessError) -> Sandbox {
        try begin(policy, bubblewrap: bubblewrap).finish(limit: limit)
    }

    /// Starts making a sandbox and returns at once, so that the time it takes can be used: for the checkout, as bound folders have
    /// to be there but not what is in them.
    public static func begin(
        _ policy: SandboxPolicy, bubblewrap: String = "bwrap"
    ) throws(ProcessError) -> PendingSandbox {
        let channels = try SandboxChannels(policy)
        let process = try LongLivedThread.start(channels.specification(bubblewrap: bubblewrap))
        channels.closeFarEnds()
        return PendingSandbox(
            channels: channels, bubblewrap: process, policy: policy, arguments: policy.bubblewrapArguments)
    }

    /// Whether it still holds its namespaces.
    public var isRunning: Bool { !bubblewrap.awaitExit(until: .now) }

    /// Readable when the sandbox has ended; for poll(2).
    public var pidfd: Int32 { bubblewrap.pidfd }

    /// Kills everything in it and waits until it is gone. Processes that were started in it and not waited for delay the end:
    /// wait for them first. False if it was not over after `limit`.
    @discardableResult
    public func stop(limit: Duration = .seconds(5)) -> Bool {
        slipway_pidfd_signal(firstProcessHandle.number, SIGKILL)
        lifeline.close()
        return bubblewrap.wait(until: .now + limit) != nil
    }
}

/// A sandbox that is being made. One that is dropped instead of finished ends by itself.
public struct PendingSandbox: Sendable {
    let channels: SandboxChannels
    let bubblewrap: SpawnedProcess
    fileprivate let policy: SandboxPolicy
    /// What the policy meant when it was begun.
    fileprivate let arguments: [String]

    /// Whether the policy means the same on the host as it is now: files that are to be hidden may be there since.
    public var isCurrent: Bool { policy.bubblewrapArguments == arguments }

    /// Ends it, where it is not to be finished.
    public func abandon() {
        bubblewrap.signal(SIGKILL)
        _ = bubblewrap.wait()
    }

    /// Waits until all of it is in place. To be called once.
    public func finish(limit: Duration = .seconds(10)) throws(ProcessError) -> Sandbox {
        let deadline = SuspendingClock.now + limit
        do throws(ProcessError) {
            let firstProcess = try channels.firstProcess(until: deadline)
            let pidfd = slipway_pidfd_open(firstProcess)
            guard pidfd >= 0 else { throw channels.failure(until: deadline) }
            let firstProcessHandle = OwnedDescriptor(pidfd)
            try channels.awaitReadiness(until: deadline)
            return try Sandbox(
                bubblewrap: bubblewrap, firstProcess: firstProcess, firstProcessHandle: firstProcessHandle,
                lifeline: channels.lifeline)
        } catch {
            abandon()
            throw error
        }
    }
}

extension ProcessTable {
    /// A child of a process that is known to have just one.
    fileprivate static func child(of pid: Int32) -> Int32? {
        if let text = KernelFile.text("/proc/\(pid)/task/\(pid)/children") {
            return text.split(separator: " ").first.flatMap { Int32($0) }
        }
        return snapshot().entries.values.first { $0.parent == pid }?.pid
    }
}
