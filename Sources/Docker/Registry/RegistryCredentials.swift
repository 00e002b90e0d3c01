internal import FoundationEssentials

/// With what a registry is asked.
public struct RegistryCredentials: Equatable, Sendable {
    public var username: String
    public var password: String
    /// In place of name and password, where the registry gave one at a login.
    public var identityToken: String?

    public init(username: String, password: String) {
        self.username = username
        self.password = password
    }

    public init(identityToken: String) {
        username = ""
        password = ""
        self.identityToken = identityToken
    }
}

/// Credentials as the engine takes them, in headers and in a login.
struct RegistryAccount: Encodable {
    var username: String?
    var password: String?
    var identitytoken: String?
    var serveraddress: String

    init(_ credentials: RegistryCredentials, server: String) {
        serveraddress = server
        identitytoken = credentials.identityToken
        guard credentials.identityToken == nil else { return }
        username = credentials.username
        password = credentials.password
    }
}

extension EngineRequest {
    /// With the credentials of the image's registry.
    func authenticated(_ credentials: RegistryCredentials?, for registry: String) throws(DockerError) -> EngineRequest {
        guard let credentials else { return self }
        let account = RegistryAccount(credentials, server: RegistryLogins.server(of: registry))
        return try with(header: "X-Registry-Auth", account)
    }

    /// With all credentials that a build may need for the images that it begins with.
    func authenticated(_ logins: RegistryLogins) throws(DockerError) -> EngineRequest {
        guard !logins.stored.isEmpty else { return self }
        let accounts = logins.stored.map { name, credentials in (name, RegistryAccount(credentials, server: name)) }
        return try with(header: "X-Registry-Config", Dictionary(uniqueKeysWithValues: accounts))
    }

    private func with(header name: String, _ value: some Encodable) throws(DockerError) -> EngineRequest {
        guard let json = try? JSONEncoder().encode(value) else {
            throw DockerError(.refused, action, "the credentials can't be written as JSON")
        }
        var request = self
        request.headers.append((name, json.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")))
        return request
    }
}
