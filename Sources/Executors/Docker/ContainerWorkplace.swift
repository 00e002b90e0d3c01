internal import Docker
internal import Execution
internal import Expressions
internal import Glibc
internal import Synchronization

/// A job whose steps run in its own container.
final class ContainerWorkplace: Workplace {
    let folders: WorkplaceFolders
    let environment: [String: String]
    private let job: JobEngine
    private let engine: DockerEngine
    private let container: String
    private let command: ContainerCommand
    private let access: ContainerAccess
    private let found = Mutex<[String: Bool]>([:])

    private static let searchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    /// - Parameter container: the job's, which runs.
    init(_ job: JobEngine, container: String) throws(ExecutionError) {
        self.job = job
        self.container = container
        folders = job.place.containerFolders
        let engine = try job.connect()
        self.engine = engine
        let (description, hasShell) = try engineCall { () throws(DockerError) in
            (try engine.inspectContainer(container), try engine.hasPath("/bin/sh", in: container))
        }
        guard description.state.isRunning else {
            throw ExecutionError("the job's container ended at once, with exit code \(description.state.exitCode)")
        }
        let variables = description.configuration.environment.map { OptionValue.pair($0, at: "=") }
        environment = [
            "PATH": variables.last { $0.0 == "PATH" }?.1 ?? Self.searchPath,
            "HOME": variables.last { $0.0 == "HOME" }?.1 ?? "/github/home",
        ]
        command = ContainerCommand(
            engine: engine, container: container, hasShell: hasShell, gracePeriod: job.assignment.gracePeriod)
        access = try ContainerAccess(place: job.place, user: description.configuration.user)
    }

    var containerContext: ExpressionObject { job.context }

    func listen(
        for caller: ServiceCaller, deadline: Deadline?, cancellation: Cancellation
    ) throws(ExecutionError) -> ServiceSocket {
        try job.listen(Patience(cancellation, deadline))
    }

    func finds(program: String) -> Bool {
        if let known = found.withLock({ $0[program] }) { return known }
        let isThere = (environment["PATH"] ?? "").split(separator: ":").contains { folder in
            (try? engine.hasPath("\(folder)/\(program)", in: container)) ?? false
        }
        found.withLock { $0[program] = isThere }
        return isThere
    }

    func run(
        _ command: Command, deadline: Deadline?, cancellation: Cancellation, output: (UnsafeRawBufferPointer) -> Void
    ) throws(ExecutionError) -> CommandOutcome {
        try self.command.run(command, patience: Patience(cancellation, deadline), output: output)
    }

    func run(
        _ container: StepContainer, deadline: Deadline?, cancellation: Cancellation, output: (UnsafeRawBufferPointer) -> Void
    ) throws(ExecutionError) -> CommandOutcome {
        try StepContainerRun(job: job, gracePeriod: job.assignment.gracePeriod)
            .run(container, deadline: deadline, cancellation: cancellation, output: output)
    }

    func openTerminal(for command: Command, size: TerminalSize) throws(ExecutionError) -> any CommandTerminal {
        try ContainerTerminal(command, in: container, engine: engine, hasShell: self.command.hasShell, size: size)
    }

    func takeOverFiles() throws(ExecutionError) { try job.takeOverFiles(access.isOfRoot ? .ownership : .permission) }

    func close() {
        job.close()
        access.end()
    }

    func discard() throws(ExecutionError) { try Folder.remove(job.place.root) }
}
