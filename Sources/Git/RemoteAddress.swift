internal import PercentCoding

/// Where a repository is: any form of address that git itself takes.
///
/// A local path (`/srv/model.git`, `../model`), `file://`, `http(s)://`, `git://`, `ssh://`, or the short form of ssh
/// (`git@host:team/model.git`, with `[host]:path` or `[host:port]:path` for what needs brackets).
public struct RemoteAddress: Sendable, Hashable {
    /// How the repository is reached.
    public enum Scheme: String, Sendable, Codable {
        case path, file, http, https, git, ssh

        /// The port where the address names none; nil for what is no network.
        public var defaultPort: Int? {
            switch self {
            case .path, .file: nil
            case .http: 80
            case .https: 443
            case .git: 9418
            case .ssh: 22
            }
        }
    }

    /// The address as it was written, without a password.
    public let text: String
    public let scheme: Scheme
    public let user: String?
    /// Lower case, without the brackets of an IPv6 address; nil for local addresses.
    public let host: String?
    /// The port that the address names.
    public let port: Int?
    /// The repository's path on its host, as the address has it.
    public let path: String
    /// A user name and password that stood in the address. They are never part of `text`.
    public let embeddedCredential: GitCredential?

    /// Whether the repository is on this machine's file system.
    public var isLocal: Bool { scheme == .path || scheme == .file }

    /// Whether it is reached through TLS.
    public var usesTLS: Bool { scheme == .https }

    /// The port that is connected to; nil for local addresses.
    public var effectivePort: Int? { port ?? scheme.defaultPort }

    /// What stays the same however the address is spelled: two addresses of one repository have the same identity.
    ///
    /// Scheme, user, password, default port, case of the host, `.git` and slashes at the end don't count: so the clone URL
    /// of a webhook finds the repository that the settings name by ssh. A local address is its path.
    public var identity: String {
        let trimmed = Self.withoutSuffixes(PercentEncoding.decoded(path))
        guard let host else { return Self.normalised(trimmed) }
        let significantPort = port == scheme.defaultPort ? nil : port
        let place = significantPort.map { "\(host):\($0)" } ?? host
        var relative = Substring(trimmed)
        while relative.hasPrefix("/") { relative = relative.dropFirst() }
        return "\(place)/\(Self.withoutDoubleSlashes(String(relative)))"
    }

    /// Whether both name the same repository, see `identity`.
    public func isSameRepository(as other: RemoteAddress) -> Bool { identity == other.identity }

    /// The last part of the path without `.git`: a name for the repository where nobody gave one.
    public var repositoryName: String {
        let name = Self.withoutSuffixes(path).split(separator: "/").last.map(String.init) ?? path
        return name.split(separator: ":").last.map(String.init) ?? name
    }

    /// What is handed to libgit2: without a password, brackets resolved.
    var connectionURL: String {
        guard scheme == .ssh, !text.contains("://"), text.contains("["), let host else { return text }
        // libgit2's own parser of the short form knows no brackets. `/~/` is the home folder, where the short form starts.
        let place = host.contains(":") ? "[\(host)]" : host
        let login = user.map { "\($0)@" } ?? ""
        let absolute = path.hasPrefix("/") ? path : "/~/\(path)"
        return "ssh://\(login)\(place)\(port.map { ":\($0)" } ?? "")\(absolute)"
    }

    init(
        text: String, scheme: Scheme, user: String? = nil, password: String? = nil, host: String? = nil, port: Int? = nil,
        path: String
    ) {
        self.text = text
        self.scheme = scheme
        self.user = user
        self.host = host?.lowercased()
        self.port = port
        self.path = path
        embeddedCredential = password.map { .token(username: user ?? "git", token: $0) }
    }

    // MARK: Normal form

    private static func withoutSuffixes(_ path: String) -> String {
        var result = Substring(path)
        while result.count > 1, result.hasSuffix("/") { result = result.dropLast() }
        if result.hasSuffix(".git"), result.count > 4, !result.hasSuffix("/.git") { result = result.dropLast(4) }
        while result.count > 1, result.hasSuffix("/") { result = result.dropLast() }
        return String(result)
    }

    private static func withoutDoubleSlashes(_ path: String) -> String {
        path.split(separator: "/", omittingEmptySubsequences: true).joined(separator: "/")
    }

    /// A local path without `.`, `..` and double slashes; symbolic links are not followed.
    private static func normalised(_ path: String) -> String {
        var parts: [Substring] = []
        for part in path.split(separator: "/", omittingEmptySubsequences: true) where part != "." {
            if part == "..", let last = parts.last, last != ".." { parts.removeLast() } else { parts.append(part) }
        }
        return (path.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
    }
}

extension RemoteAddress: CustomStringConvertible {
    public var description: String { text }
}
