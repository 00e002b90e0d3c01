extension DockerEngine {
    private struct Login: Decodable {
        var status: String?
        var token: String?

        enum CodingKeys: String, CodingKey {
            case status = "Status"
            case token = "IdentityToken"
        }
    }

    /// Has the engine try credentials at a registry.
    ///
    /// - Returns: what is to be kept of them: the token that the registry gives in their place, or they themselves.
    /// - Throws: `DockerError`, with `unauthorized` where the registry does not take them.
    public func logIn(
        to registry: String, _ credentials: RegistryCredentials, patience: Patience = .endless
    ) throws(DockerError) -> RegistryCredentials {
        let action = "log in to \(registry)"
        let request = try EngineRequest("POST", "/auth", to: action)
            .sending(RegistryAccount(credentials, server: RegistryLogins.server(of: registry)))
        do throws(DockerError) {
            let login: Login = try value(of: request, patience: patience)
            return login.token.flatMap { $0.isEmpty ? nil : RegistryCredentials(identityToken: $0) } ?? credentials
        } catch {
            let isRefusal = ["unauthorized", "401", "incorrect username", "denied"].contains { error.detail.contains($0) }
            throw isRefusal && error.reason == .failed ? DockerError(.unauthorized, action, error.detail) : error
        }
    }

    /// Gives an image another name.
    public func tagImage(_ image: String, as name: ImageReference) throws(DockerError) {
        let request = EngineRequest("POST", "/images/\(image)/tag", to: "name the image \(name)")
            .asking("repo", name.name).asking("tag", name.tag ?? "latest")
        try call(request)
    }

    /// Sends an image to its registry.
    ///
    /// - Parameter report: takes lines about how it goes on, not more than one every few seconds.
    /// - Returns: the digest under which the registry has it now: `sha256:…`.
    /// - Throws: `DockerError`, with `unauthorized` or `pushFailed` where the registry does not take it.
    public func push(
        _ image: ImageReference, credentials: RegistryCredentials? = nil, patience: Patience = .endless,
        report: (String) -> Void
    ) throws(DockerError) -> String {
        let action = "push the image \(image)"
        // The engine wants the header, also where there is nothing to say in it.
        let request = try EngineRequest("POST", "/images/\(image.name)/push", to: action).asking("tag", image.tag ?? "latest")
            .authenticated(credentials ?? RegistryCredentials(username: "", password: ""), for: image.registry)
        var messages = ProgressStream(try stream(request, patience: patience))
        var progress = TransferProgress(.push)
        var digest: String?
        while let message = try messages.next(patience) {
            if let error = message.error { throw Self.pushFailure(action, message.errorDetail?.message ?? error) }
            if let found = message.aux?.digest { digest = found }
            if let line = progress.take(message, at: .now) { report(line) }
        }
        guard let digest else {
            throw DockerError(.pushFailed, action, "the engine reports no digest: the image may be there in part")
        }
        return digest
    }

    private static func pushFailure(_ action: String, _ text: String) -> DockerError {
        let isRefusal = ["no basic auth credentials", "unauthorized", "denied", "authentication required"]
            .contains { text.lowercased().contains($0) }
        return DockerError(isRefusal ? .unauthorized : .pushFailed, action, text)
    }
}
