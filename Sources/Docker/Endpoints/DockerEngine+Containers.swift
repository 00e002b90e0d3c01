internal import FoundationEssentials

extension DockerEngine {
    private struct Created: Decodable {
        var id: String
        var warnings: [String]?

        enum CodingKeys: String, CodingKey {
            case id = "Id"
            case warnings = "Warnings"
        }
    }

    private struct Exit: Decodable {
        var status: Int32

        enum CodingKeys: String, CodingKey { case status = "StatusCode" }
    }

    /// Makes a container, which does not run yet.
    ///
    /// - Returns: its id, and what the engine has to say about what was asked.
    public func createContainer(
        _ definition: ContainerDefinition, named name: String, patience: Patience = .endless
    ) throws(DockerError) -> (id: String, warnings: [String]) {
        let request = EngineRequest("POST", "/containers/create", to: "make a container of \(definition.image)")
            .asking("name", name)
        let created: Created = try value(of: request.sending(definition), patience: patience)
        return (created.id, created.warnings ?? [])
    }

    public func startContainer(_ id: String, patience: Patience = .endless) throws(DockerError) {
        try call(EngineRequest("POST", "/containers/\(id)/start", to: "start the container"), patience: patience)
    }

    public func inspectContainer(_ id: String, patience: Patience = .endless) throws(DockerError) -> ContainerDescription {
        try value(of: EngineRequest("GET", "/containers/\(id)/json", to: "look at the container"), patience: patience)
    }

    /// The containers, also those that ended, that carry all these labels (`name=value` or `name`).
    public func containers(labelled labels: [String], patience: Patience = .endless) throws(DockerError) -> [ContainerSummary] {
        let request = EngineRequest("GET", "/containers/json", to: "list the containers").asking("all", "true")
        return try value(of: request.filtered(by: ["label": labels]), patience: patience)
    }

    /// Connects to what a container prints from now on; before its start, that is everything.
    public func attach(to id: String, patience: Patience = .endless) throws(DockerError) -> ContainerOutput {
        let request = EngineRequest("POST", "/containers/\(id)/attach", to: "read the container's output")
            .asking("stream", "true").asking("stdout", "true").asking("stderr", "true")
        return ContainerOutput(try stream(request, patience: patience))
    }

    /// What a container printed so far, its last lines.
    public func logs(of id: String, last count: Int, patience: Patience = .endless) throws(DockerError) -> ContainerOutput {
        let request = EngineRequest("GET", "/containers/\(id)/logs", to: "read the container's log")
            .asking("stdout", "true").asking("stderr", "true").asking("tail", "\(count)")
        return ContainerOutput(try stream(request, patience: patience))
    }

    /// Waits for the end of a container that was started.
    ///
    /// - Returns: its exit code; 128 and the signal where one ended it.
    public func waitForContainer(_ id: String, patience: Patience = .endless) throws(DockerError) -> Int32 {
        var request = EngineRequest("POST", "/containers/\(id)/wait", to: "wait for the container")
        request.isStream = true
        let body = try stream(request, patience: patience).rest(patience)
        guard let exit = try? JSONDecoder().decode(Exit.self, from: Data(body)) else {
            throw DockerError(.failed, request.action, "the engine's answer is not what its API promises")
        }
        return exit.status
    }

    /// Sends a signal to a container's first process.
    public func signalContainer(_ id: String, _ signal: String) throws(DockerError) {
        try call(EngineRequest("POST", "/containers/\(id)/kill", to: "signal the container").asking("signal", signal))
    }

    /// Kills all of a container's processes and starts it again, with its files as they are.
    public func restartContainer(_ id: String) throws(DockerError) {
        try call(EngineRequest("POST", "/containers/\(id)/restart", to: "restart the container").asking("t", "0"))
    }

    /// Kills a container and removes it, with the volumes that have no name. One that is gone, or about to be, is no error.
    public func removeContainer(_ id: String) throws(DockerError) {
        let request = EngineRequest("DELETE", "/containers/\(id)", to: "remove the container")
            .asking("force", "true").asking("v", "true")
        do { try call(request) } catch {
            let isUnderWay = error.reason == .conflict && error.detail.contains("already in progress")
            if error.reason != .notFound && !isUnderWay { throw error }
        }
    }

    /// Whether there is something at a path of a container, whose image needs no programs for it.
    public func hasPath(_ path: String, in id: String) throws(DockerError) -> Bool {
        let request = EngineRequest("HEAD", "/containers/\(id)/archive", to: "look for \(path) in the container")
            .asking("path", path)
        do {
            try call(request)
            return true
        } catch {
            if error.reason == .notFound { return false }
            throw error
        }
    }
}
