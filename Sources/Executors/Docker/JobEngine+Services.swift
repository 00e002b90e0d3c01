internal import Docker
internal import Execution
internal import Expressions

extension JobEngine {
    /// How long a service may take to become healthy, whatever its health check says.
    private static let healthLimit = 900.0
    /// Lines of a service's log that are shown where it failed.
    private static let shownLines = 200

    /// A service that was started.
    private struct Started {
        var service: String
        var id: String
    }

    /// Starts the job's own container, if it has one, and its services, and waits until they are healthy.
    ///
    /// - Returns: the id of the job's container.
    /// - Throws: `ExecutionError`; everything that was made is removed again then.
    func start(
        _ containers: JobContainers, patience: Patience, log: (String) -> Void
    ) throws(ExecutionError) -> String? {
        do {
            // Mistakes in the workflow are told before anything is pulled.
            let job = try containers.job.map { specification throws(ExecutionError) in
                (specification, try ContainerDraft(specification, role: .job, rules: rules))
            }
            var drafts: [(service: JobContainers.Service, draft: ContainerDraft)] = []
            for service in containers.services {
                drafts.append(
                    (service, try ContainerDraft(service.container, role: .service(service.id), rules: rules)))
            }
            let engine = try connect(patience)
            let network = try network(engine, patience)
            var container: ExpressionObject = ["network": .string(network)]
            var id: String?
            if let (specification, draft) = job {
                id = try startJobContainer(specification, draft, engine: engine, patience: patience, log: log)
                container["id"] = .string(id ?? "")
            }
            var started: [Started] = []
            for (service, draft) in drafts {
                started.append(
                    Started(
                        service: service.id,
                        id: try startService(service, draft, engine: engine, patience: patience, log: log)))
            }
            let services = try awaitReady(started, engine: engine, patience: patience, log: log)
            context = ["container": .object(container), "services": .object(services)]
            return id
        } catch {
            for problem in close() { log("##[warning]\(problem)") }
            throw error
        }
    }

    private func startJobContainer(
        _ specification: ContainerSpecification, _ draft: ContainerDraft, engine: DockerEngine, patience: Patience,
        log: (String) -> Void
    ) throws(ExecutionError) -> String {
        log("##[group]Starting the job's container")
        defer { log("##[endgroup]") }
        for note in draft.notes { log(note) }
        try provide(
            specification.image, credentials: RegistryCredentials(specification.credentials), engine: engine,
            patience: patience, log: log)
        var definition = draft.definition
        definition.network = NetworkMembership(network: names.network, aliases: draft.aliases)
        // It only holds the place open in which the steps are executed.
        definition.entrypoint = ["tail"]
        definition.command = ["-f", "/dev/null"]
        definition.workingDirectory = definition.workingDirectory ?? place.containerFolders.workspace.inside
        definition.environment = ["HOME=/github/home", "GITHUB_ACTIONS=true", "CI=true"] + definition.environment
        definition.host.mounts = jobMounts + definition.host.mounts
        do {
            return try start(
                definition, named: "job", volumes: draft.volumes, engine: engine, patience: patience, log: log)
        } catch {
            guard error.message.contains("\"tail\"") else { throw error }
            throw ExecutionError(
                """
                \(specification.image) can't hold a job, since it has no program "tail": use an image with a shell and its \
                programs
                """)
        }
    }

    /// The job's folders, where GitHub has them.
    private var jobMounts: [Mount] {
        let folders = place.containerFolders
        return [folders.workspace, folders.temporary, folders.actions].map { Mount(.bind, $0.outside, at: $0.inside) }
            + [
                Mount(.bind, folders.tools.outside, at: folders.tools.inside, isReadOnly: true),
                Mount(.bind, place.home, at: "/github/home"), Mount(.bind, place.temporary, at: "/github/workflow"),
            ] + socketMounts
    }

    /// The engine's own socket, for jobs that may use it.
    var socketMounts: [Mount] {
        guard let socket else { return [] }
        return [Mount(.bind, socket, at: "/var/run/docker.sock")]
    }

    private func startService(
        _ service: JobContainers.Service, _ draft: ContainerDraft, engine: DockerEngine, patience: Patience,
        log: (String) -> Void
    ) throws(ExecutionError) -> String {
        log("##[group]Starting the service \(service.id)")
        defer { log("##[endgroup]") }
        for note in draft.notes { log(note) }
        try provide(
            service.container.image, credentials: RegistryCredentials(service.container.credentials), engine: engine,
            patience: patience, log: log)
        var definition = draft.definition
        definition.network = NetworkMembership(network: names.network, aliases: [service.id] + draft.aliases)
        definition.environment = ["GITHUB_ACTIONS=true", "CI=true"] + definition.environment
        // What a service prints is kept for its failure only.
        definition.host.log = LogConfiguration(driver: "json-file", options: ["max-size": "10m", "max-file": "1"])
        do {
            return try start(
                definition, named: "service-\(service.id)", volumes: draft.volumes, engine: engine, patience: patience, log: log)
        } catch {
            throw ExecutionError("services.\(service.id): \(error.message)")
        }
    }

    // MARK: - Health

    /// Waits until each service is healthy, as far as it says so.
    ///
    /// - Returns: `job.services`.
    private func awaitReady(
        _ started: [Started], engine: DockerEngine, patience: Patience, log: (String) -> Void
    ) throws(ExecutionError) -> ExpressionObject {
        var services = ExpressionObject()
        guard !started.isEmpty else { return services }
        log("##[group]Waiting until the services are ready")
        defer { log("##[endgroup]") }
        for service in started {
            let description = try awaitHealth(of: service, engine: engine, patience: patience, log: log)
            var ports = ExpressionObject()
            for (port, bindings) in description.networks.ports.sorted(by: { $0.key < $1.key }) {
                guard let binding = bindings?.first else { continue }
                ports[String(port.prefix { $0 != "/" })] = .string(binding.port)
            }
            services[service.service] = .object([
                "id": .string(service.id), "network": .string(names.network), "ports": .object(ports),
            ])
        }
        return services
    }

    private func awaitHealth(
        of started: Started, engine: DockerEngine, patience: Patience, log: (String) -> Void
    ) throws(ExecutionError) -> ContainerDescription {
        let name = started.service
        let limit = patience.limited(to: Self.healthLimit)
        var pause = 0.05
        var lastLine = ContinuousClock.now
        while true {
            let description = try engineCall { () throws(DockerError) in try engine.inspectContainer(started.id) }
            let state = description.state
            let health = state.health?.status ?? "none"
            if !state.isRunning {
                showLog(of: started, engine: engine, log: log)
                let end = "\(name) ended with exit code \(state.exitCode)\(state.error.isEmpty ? "" : ": \(state.error)")"
                guard health == "none" else { throw ExecutionError("the service \(end) before it was healthy") }
                // As on GitHub, a service without a health check may end.
                log("##[warning]The service \(end)")
                return description
            }
            if health == "none" || health == "healthy" {
                log("The service \(name) \(health == "healthy" ? "is healthy." : "runs.")")
                return description
            }
            guard health == "starting" else {
                showProbe(state.health, log: log)
                showLog(of: started, engine: engine, log: log)
                throw ExecutionError("the service \(name) is \(health): its health check does not succeed")
            }
            if ContinuousClock.now - lastLine >= .seconds(5) {
                log("The service \(name) is starting.")
                lastLine = .now
            }
            guard limit.wait(seconds: pause) else {
                if !patience.wait(seconds: 0) { throw ExecutionError("the wait for the service \(name) was broken off") }
                showLog(of: started, engine: engine, log: log)
                throw ExecutionError("the service \(name) did not become healthy in \(Int(Self.healthLimit)) seconds")
            }
            pause = min(pause * 1.5, 1)
        }
    }

    private func showProbe(_ health: ContainerDescription.Health?, log: (String) -> Void) {
        guard let probe = health?.log?.last else { return }
        log("The last health check ended with \(probe.exitCode):")
        for line in probe.output.split(whereSeparator: \.isNewline).suffix(20) { log("  \(line)") }
    }

    private func showLog(of started: Started, engine: DockerEngine, log: (String) -> Void) {
        log("The log of the service \(started.service):")
        do throws(DockerError) {
            let output = try engine.logs(of: started.id, last: Self.shownLines, patience: Patience().limited(to: 10))
            var bytes: [UInt8] = []
            while try output.read(Patience().limited(to: 10), hand: { bytes += $1 }) == .output {}
            for line in bytes.split(separator: 10) { log("  \(String(decoding: line, as: UTF8.self))") }
        } catch {
            log("  \(error)")
        }
    }
}

extension RegistryCredentials {
    /// Nil where a part is missing, as with a secret that is not set.
    fileprivate init?(_ credentials: ContainerSpecification.Credentials?) {
        guard let credentials, !credentials.username.isEmpty, !credentials.password.isEmpty else { return nil }
        self.init(username: credentials.username, password: credentials.password)
    }
}
