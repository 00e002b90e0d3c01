internal import Execution
internal import Expressions
internal import Glibc
internal import Processes
internal import Synchronization

/// One job's folders and processes on this host.
struct HostWorkplace: Workplace {
    let folders: WorkplaceFolders
    let environment: [String: String]
    private let sandbox: Sandbox?
    private let root: String
    private let gracePeriod: Duration
    private let cgroup: JobCgroup?
    private let running = RunningCommands()

    private static let searchPath = HostPrograms.searchPath
    /// How long output is waited for after a step's process ended and something in the background keeps the pipe open.
    private static let outputGrace = Duration.seconds(1)

    init(
        folders: WorkplaceFolders, sandbox: Sandbox?, assignment: JobAssignment
    ) throws(ExecutionError) {
        self.folders = folders
        self.sandbox = sandbox
        root = assignment.workspace
        gracePeriod = .seconds(assignment.gracePeriod)
        cgroup = sandbox == nil ? JobCgroup.make(named: "slipway-job-\(assignment.jobID)") : nil
        let home = folders.home?.inside ?? "/"
        environment = [
            "PATH": Self.searchPath, "HOME": home, "TMPDIR": folders.scratch?.inside ?? "/tmp", "LANG": "C.UTF-8",
            "SHELL": "/bin/bash",
            "USER": "slipway", "LOGNAME": "slipway", "DOCKER_CONFIG": "\(home)/.docker",
        ]
    }

    var containerContext: ExpressionObject { ExpressionObject() }

    func run(
        _ container: StepContainer, deadline: Deadline?, cancellation: Cancellation, output: (UnsafeRawBufferPointer) -> Void
    ) throws(ExecutionError) -> CommandOutcome {
        throw ExecutionError("the settings give this job no Docker Engine: a container can't be run")
    }

    func finds(program: String) -> Bool {
        Self.searchPath.split(separator: ":").contains { access("\($0)/\(program)", X_OK) == 0 }
    }

    func run(
        _ command: Command, deadline: Deadline?, cancellation: Cancellation, output: (UnsafeRawBufferPointer) -> Void
    ) throws(ExecutionError) -> CommandOutcome {
        running.add()
        defer { running.remove() }
        let pipe: OutputPipe
        let process: SpawnedProcess
        do throws(ProcessError) {
            pipe = try OutputPipe()
            var specification = specification(of: command)
            specification.output = .descriptor(pipe.writeEnd)
            process = try SpawnedProcess.start(specification)
        } catch {
            throw ExecutionError("\(error)", isOfProgram: error.kind == .executable)
        }
        pipe.closeWriteEnd()
        let limit = deadline.map { SuspendingClock.now + .seconds($0.remaining) }
        let end = pipe.read(
            leader: process, grace: Self.outputGrace, deadline: limit, interruption: cancellation.descriptor, consume: output)
        switch end {
        case .endOfFile, .graceElapsed:
            return wait(for: process, until: limit, cancellation: cancellation, draining: pipe, output: output)
        case .deadlinePassed:
            stop(process, draining: pipe, output: output)
            return .timedOut
        case .interrupted:
            stop(process, draining: pipe, output: output)
            return .cancelled
        }
    }

    /// A process that closed its output may still run: it is waited for under the same limits.
    private func wait(
        for process: SpawnedProcess, until limit: SuspendingClock.Instant?, cancellation: Cancellation,
        draining pipe: OutputPipe, output: (UnsafeRawBufferPointer) -> Void
    ) -> CommandOutcome {
        switch process.awaitEnd(until: limit, interruption: cancellation.descriptor) {
        case .ended:
            break
        case .deadlinePassed:
            stop(process, draining: pipe, output: output)
            return .timedOut
        case .interrupted:
            stop(process, draining: pipe, output: output)
            return .cancelled
        }
        switch process.wait() {
        case .exited(let code): return .exited(code)
        case .signaled(let signal): return .signaled(signal, name: Signals.name(of: signal))
        }
    }

    private func stop(
        _ process: SpawnedProcess, draining pipe: OutputPipe, output: (UnsafeRawBufferPointer) -> Void
    ) {
        let teardown = Teardown(steps: [.init(signal: SIGTERM, grace: gracePeriod)])
        // Beside others it must not take them with it; what it hid from its session ends with the job.
        let all: Teardown.Scope = sandbox.map { .sandbox($0) } ?? .everything
        teardown.end(process, scope: running.isOne ? all : .session, draining: pipe, consume: output)
    }

    func openTerminal(for command: Command, size: TerminalSize) throws(ExecutionError) -> any CommandTerminal {
        try HostTerminal(specification(of: command), in: sandbox?.handle, size: size)
    }

    private func specification(of command: Command) -> ProcessSpecification {
        var specification = ProcessSpecification(
            executable: command.arguments[0], arguments: Array(command.arguments.dropFirst()),
            environment: command.environment.map { (name: $0.key, value: $0.value) },
            workingDirectory: command.workingDirectory)
        specification.namespaces = sandbox?.handle
        specification.cgroup = cgroup
        return specification
    }

    /// In the sandbox's own network nobody else can reach it; on the host's, others need the token.
    func listen(
        for caller: ServiceCaller, deadline: Deadline?, cancellation: Cancellation
    ) throws(ExecutionError) -> ServiceSocket {
        guard caller == .command else { throw ExecutionError("the settings give this job no Docker Engine") }
        guard let handle = sandbox?.handle, handle.hasOwnNetwork else { return try ServiceSocket() }
        let descriptor: OwnedDescriptor
        do throws(ProcessError) { descriptor = try handle.makeSocket() } catch { throw ExecutionError("\(error)") }
        return try ServiceSocket(taking: descriptor.release(), host: "127.0.0.1")
    }

    func close() {
        if let sandbox {
            sandbox.stop()
        } else {
            cgroup?.kill()
            Teardown.immediate.endAll(in: .everything)
            cgroup?.remove(until: .now + .seconds(2))
        }
    }

    func discard() throws(ExecutionError) {
        try Folder.remove(root)
    }
}

/// How many commands run at the moment: steps of a job may run beside each other.
private final class RunningCommands: Sendable {
    private let count = Atomic<Int>(0)

    var isOne: Bool { count.load(ordering: .acquiring) == 1 }
    func add() { count.add(1, ordering: .acquiringAndReleasing) }
    func remove() { count.subtract(1, ordering: .acquiringAndReleasing) }
}
