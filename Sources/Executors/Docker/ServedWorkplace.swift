internal import Docker
internal import Execution
internal import Expressions

/// A job whose steps run on this host, with services or step containers of the Docker Engine beside them.
struct ServedWorkplace: Workplace {
    let host: any Workplace
    let job: JobEngine
    let environment: [String: String]

    init(_ host: any Workplace, job: JobEngine) {
        self.host = host
        self.job = job
        var environment = host.environment
        if let socket = job.socket { environment["DOCKER_HOST"] = "unix://\(socket)" }
        self.environment = environment
    }

    var folders: WorkplaceFolders { host.folders }
    var containerContext: ExpressionObject { job.context }

    func finds(program: String) -> Bool { host.finds(program: program) }

    func run(
        _ command: Command, deadline: Deadline?, cancellation: Cancellation, output: (UnsafeRawBufferPointer) -> Void
    ) throws(ExecutionError) -> CommandOutcome {
        try host.run(command, deadline: deadline, cancellation: cancellation, output: output)
    }

    func run(
        _ container: StepContainer, deadline: Deadline?, cancellation: Cancellation, output: (UnsafeRawBufferPointer) -> Void
    ) throws(ExecutionError) -> CommandOutcome {
        let outcome = try StepContainerRun(job: job, gracePeriod: job.assignment.gracePeriod)
            .run(container, deadline: deadline, cancellation: cancellation, output: output)
        // The steps after it run as this process's user.
        do { try takeOverFiles() } catch { Array("##[warning]\(error.message)\n".utf8).withUnsafeBytes(output) }
        return outcome
    }

    func listen(
        for caller: ServiceCaller, deadline: Deadline?, cancellation: Cancellation
    ) throws(ExecutionError) -> ServiceSocket {
        caller == .command
            ? try host.listen(for: caller, deadline: deadline, cancellation: cancellation)
            : try job.listen(Patience(cancellation, deadline))
    }

    func openTerminal(for command: Command, size: TerminalSize) throws(ExecutionError) -> any CommandTerminal {
        try host.openTerminal(for: command, size: size)
    }

    func takeOverFiles() throws(ExecutionError) { try job.takeOverFiles(.ownership) }

    func close() {
        host.close()
        job.close()
    }

    func discard() throws(ExecutionError) { try host.discard() }
}
