internal import Docker
public import Execution

/// Makes the place of any job: on this host or in a container, with the services that it asks for.
public struct JobExecutor: Executor {
    private let tools: String
    private let preparation: HostPreparation?

    /// - Parameters:
    ///   - tools: the folder that jobs share for tools.
    ///   - preparation: what was made on this host beforehand for the one job that will be opened.
    public init(tools: String, preparation: HostPreparation? = nil) {
        self.tools = tools
        self.preparation = preparation
    }

    private var host: HostExecutor { HostExecutor(tools: tools, preparation: preparation) }

    public func open(
        _ assignment: JobAssignment, containers: JobContainers, cancellation: Cancellation, log: (String) -> Void
    ) throws(ExecutionError) -> any Workplace {
        guard let address = assignment.engine else {
            guard containers.isEmpty else { throw ExecutionError(Self.needsEngine) }
            return try host.open(assignment, containers: containers, cancellation: cancellation, log: log)
        }
        let place = JobPlace(assignment, tools: tools)
        let engine = try JobEngine(assignment, place: place, address: address)
        let patience = Patience(cancellation).limited(to: assignment.timeLimit)
        guard containers.job != nil else {
            return try openHost(assignment, containers, engine, cancellation: cancellation, patience: patience, log: log)
        }
        return try openContainer(containers, engine, patience: patience, log: log)
    }

    private static let needsEngine = """
        the job needs containers, and the settings give it no Docker Engine: install Docker, set docker.socket to where its \
        engine listens, and see "docker" of the repository
        """

    private func openContainer(
        _ containers: JobContainers, _ engine: JobEngine, patience: Patience, log: (String) -> Void
    ) throws(ExecutionError) -> any Workplace {
        try preparation?.discard()
        try engine.place.make()
        do throws(ExecutionError) {
            try removeOrphans(engine, patience: patience, log: log)
            guard let container = try engine.start(containers, patience: patience, log: log) else {
                throw ExecutionError("the job's container was not made")
            }
            return try ContainerWorkplace(engine, container: container)
        } catch {
            // First what may hold the folders, then the folders.
            engine.close()
            try Folder.remove(engine.place.root)
            throw error
        }
    }

    private func openHost(
        _ assignment: JobAssignment, _ containers: JobContainers, _ engine: JobEngine, cancellation: Cancellation,
        patience: Patience, log: (String) -> Void
    ) throws(ExecutionError) -> any Workplace {
        if !containers.services.isEmpty, !assignment.confinement.sharesNetwork, assignment.confinement.kind == .bubblewrap {
            throw ExecutionError(
                """
                the job has services, and its sandbox has no network to reach them: set sandbox_options.network, or give the \
                job a container
                """)
        }
        var assignment = assignment
        if let socket = engine.socket { assignment.confinement.readWritePaths.append(socket) }
        let workplace = ServedWorkplace(
            try host.open(assignment, containers: containers, cancellation: cancellation, log: log), job: engine)
        guard !containers.services.isEmpty else { return workplace }
        do throws(ExecutionError) {
            try removeOrphans(engine, patience: patience, log: log)
            _ = try engine.start(containers, patience: patience, log: log)
            return workplace
        } catch {
            workplace.close()
            try workplace.discard()
            throw error
        }
    }

    /// What runs without a daemon has nobody else to clean up after one that was killed.
    private func removeOrphans(_ engine: JobEngine, patience: Patience, log: (String) -> Void) throws(ExecutionError) {
        guard engine.assignment.source.workingTree != nil else { return }
        let sweep = EngineSweep(engine: try engine.connect(patience), instance: engine.names.instance)
        for problem in sweep.removeOrphans() { log("##[warning]\(problem)") }
    }
}
