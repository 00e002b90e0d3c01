extension DockerEngine {
    /// Gives a container another name. It may run meanwhile.
    public func renameContainer(_ id: String, to name: String) throws(DockerError) {
        try call(EngineRequest("POST", "/containers/\(id)/rename", to: "name the container \(name)").asking("name", name))
    }

    /// Ends a container in good order: its stop signal, then, after that many seconds, a kill. One that does not run is no error.
    public func stopContainer(_ id: String, seconds: Int, patience: Patience = .endless) throws(DockerError) {
        var request = EngineRequest("POST", "/containers/\(id)/stop", to: "stop the container").asking("t", "\(seconds)")
        request.isStream = true
        _ = try stream(request, patience: patience).rest(patience)
    }

    /// The container of that name or id; nil where there is none.
    public func container(named name: String) throws(DockerError) -> ContainerDescription? {
        do throws(DockerError) { return try inspectContainer(name) } catch {
            if error.reason == .notFound { return nil }
            throw error
        }
    }
}
