internal import FoundationEssentials

/// The logins of a `config.json`, Docker's own file for them: `auths`, and the programs that keep others (`credHelpers`,
/// `credsStore`).
public struct RegistryLogins: Equatable, Sendable {
    /// By the server's name as it stands in the file: a host, for Docker Hub `https://index.docker.io/v1/`.
    public private(set) var stored: [String: RegistryCredentials] = [:]
    private var helpers: [String: String] = [:]
    private var commonHelper: String?

    public init() {}

    /// - Throws: `DockerError` for what is no such file.
    public init(configuration: [UInt8]) throws(DockerError) {
        struct Entry: Decodable {
            var auth: String?
            var username: String?
            var password: String?
            var identitytoken: String?
        }
        struct Content: Decodable {
            var auths: [String: Entry]?
            var credHelpers: [String: String]?
            var credsStore: String?
        }
        guard let content = try? JSONDecoder().decode(Content.self, from: Data(configuration)) else {
            throw DockerError(.refused, "read the logins in Docker's config.json", "it is no JSON object as Docker writes it")
        }
        for (server, entry) in content.auths ?? [:] {
            if let token = entry.identitytoken, !token.isEmpty {
                stored[server] = RegistryCredentials(identityToken: token)
            } else if let auth = entry.auth, let credentials = Self.credentials(encoded: auth) {
                stored[server] = credentials
            } else if let name = entry.username, let password = entry.password {
                stored[server] = RegistryCredentials(username: name, password: password)
            }
        }
        helpers = content.credHelpers ?? [:]
        commonHelper = content.credsStore.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Reads the file that a job's commands have; nothing where there is none.
    ///
    /// - Parameters:
    ///   - folder: the one that holds `config.json`, from `root` on.
    ///   - root: the job's own; a link that leads out of it is refused.
    public static func read(_ folder: String, in root: String) throws(DockerError) -> RegistryLogins {
        guard let content = try ContextFolder(root, within: root).content(of: "\(folder)/config.json") else {
            return RegistryLogins()
        }
        return try RegistryLogins(configuration: content)
    }

    /// `name:password` in Base64.
    private static func credentials(encoded: String) -> RegistryCredentials? {
        guard let data = Data(base64Encoded: encoded) else { return nil }
        let text = String(decoding: data.prefix { $0 != 0 }, as: UTF8.self)
        guard let colon = text.firstIndex(of: ":") else { return nil }
        return RegistryCredentials(
            username: String(text[..<colon]), password: String(text[text.index(after: colon)...]))
    }

    // MARK: - Answers

    /// What is in the file itself for a registry.
    public func credentials(for registry: String) -> RegistryCredentials? { Self.entry(of: registry, in: stored) }

    /// The program, without `docker-credential-` before its name, that knows the login of a registry.
    public func helper(for registry: String) -> String? { Self.entry(of: registry, in: helpers) ?? commonHelper }

    public mutating func set(_ credentials: RegistryCredentials, for registry: String) {
        stored = stored.filter { !Self.isSame($0.key, registry) }
        stored[Self.server(of: registry)] = credentials
    }

    private static func entry<Value>(of registry: String, in entries: [String: Value]) -> Value? {
        entries[server(of: registry)] ?? entries.sorted { $0.key < $1.key }.first { isSame($0.key, registry) }?.value
    }

    /// Whether a name in the file means the registry: with a scheme and a path, or without.
    public static func isSame(_ name: String, _ registry: String) -> Bool { host(of: name) == host(of: registry) }

    /// The name under which a registry's login is kept: Docker Hub's is the one that it has had from the start.
    public static func server(of registry: String) -> String {
        host(of: registry) == hub ? "https://index.docker.io/v1/" : host(of: registry)
    }

    private static let hub = "index.docker.io"

    private static func host(of name: String) -> String {
        var text = Substring(name)
        if let scheme = text.firstRange(of: "://") { text = text[scheme.upperBound...] }
        let host = text.prefix { $0 != "/" }.lowercased()
        return ["docker.io", "registry-1.docker.io", ""].contains(host) ? hub : host
    }
}
