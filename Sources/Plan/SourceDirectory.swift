/// Where the repositories are that pipelines name by `owner/repository`: on a server, or for some of them elsewhere.
public struct SourceDirectory: Codable, Equatable, Sendable {
    /// The server's address, to which `/owner/repository.git` is added; or a whole address with `{owner}` and `{repository}`
    /// in it.
    public var server: String
    /// Other places, by an owner or by `owner/repository`; the longer name goes before. Of an owner it is what
    /// `/repository.git` is added to, of a repository its own address; both may have the two placeholders, too.
    public var mirrors: [String: String]

    public init(server: String, mirrors: [String: String] = [:]) {
        self.server = server
        self.mirrors = Dictionary(mirrors.map { ($0.key.lowercased(), $0.value) }, uniquingKeysWith: { first, _ in first })
    }

    /// The address of a repository's Git remote.
    public func address(of name: RepositoryName) -> String {
        if let own = mirrors[name.key] { return Self.filled(own, name) ?? own }
        if let owners = mirrors[name.owner.lowercased()] {
            return Self.filled(owners, name) ?? "\(Self.trimmed(owners))/\(name.name).git"
        }
        return serverAddress(of: name)
    }

    /// The address that the repository has on the server, whatever the mirrors are.
    public func serverAddress(of name: RepositoryName) -> String {
        Self.filled(server, name) ?? "\(Self.trimmed(server))/\(name.owner)/\(name.name).git"
    }

    /// Nil where there is no placeholder.
    private static func filled(_ template: String, _ name: RepositoryName) -> String? {
        guard template.contains("{") else { return nil }
        return template.replacing("{owner}", with: name.owner).replacing("{repository}", with: name.name)
    }

    private static func trimmed(_ address: String) -> Substring {
        var address = address[...]
        while address.hasSuffix("/") { address = address.dropLast() }
        return address
    }
}
