internal import Glibc

/// Which SSH servers are trusted: the entries of a known-hosts file as sshd(8) describes it, or, only when said
/// explicitly, every server.
///
/// Plain names with `*`, `?` and `!`, names hashed by `HashKnownHosts` (`|1|salt|hash`), `[host]:port`, and `@revoked`
/// count; `@cert-authority` lines are passed over, since libssh2 takes no host certificates.
public struct KnownHosts: Sendable, Hashable, Codable {
    /// The file; nil trusts every server.
    public let path: String?

    /// The entries of a file, read anew at each connection. A file that is missing trusts nobody.
    public init(_ path: String) { self.path = path }

    private init(trustingAnybody: Void) { path = nil }

    /// Trusts every server, so that anyone on the way can pose as it. For tests and closed networks.
    public static let any = KnownHosts(trustingAnybody: ())

    /// What the entries say about a server's key.
    enum Verdict: Equatable {
        case trusted
        /// Nothing is known of the host, or only keys of these other types.
        case unknown(otherTypes: [String])
        /// The host has another key of this type.
        case mismatch(line: Int)
        case revoked(line: Int)
    }

    /// The entries of a host, in the order of the file.
    func entries(host: String, port: Int) throws(GitError) -> [KnownHostEntry] {
        guard let path, access(path, F_OK) == 0 else { return [] }
        let bytes = try FileContents.read(path, operation: "reading the known hosts")
        let text = String(decoding: bytes, as: UTF8.self)
        return text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().compactMap { index, line in
            KnownHostEntry(line: line, number: index + 1)
        }.filter { $0.matches(host: host, port: port) }
    }

    /// Compares a server's raw public key (the blob of RFC 4253 §6.6) with a host's entries.
    static func verdict(on key: [UInt8], type: String, entries: [KnownHostEntry]) -> Verdict {
        if let revoked = entries.first(where: { $0.isRevoked && $0.key == key }) { return .revoked(line: revoked.line) }
        let trusted = entries.filter { !$0.isRevoked }
        if trusted.contains(where: { $0.key == key }) { return .trusted }
        if let other = trusted.first(where: { $0.type == type }) { return .mismatch(line: other.line) }
        return .unknown(otherTypes: Array(Set(trusted.map(\.type))).sorted())
    }
}
