/// What went wrong with a repository or its remote: what failed, on what, why, and what to do about it.
///
/// No text in it holds a password or a token.
public struct GitError: Error, Sendable, Hashable, Codable {
    /// The cause, as far as a caller has to act on it.
    public enum Kind: String, Sendable, Codable, CaseIterable {
        /// The server or its network can't be reached, or it answers that it is busy. Worth a retry.
        case unreachable
        /// The server wants credentials, or refuses those that it got.
        case authentication
        /// The SSH server's key is not in the known-hosts file.
        case hostKeyUnknown
        /// The SSH server's key, or the TLS certificate, is not the one that is trusted.
        case hostKeyMismatch
        /// The repository, revision or object does not exist (or the credentials hide it).
        case notFound
        /// The caller asked to stop.
        case cancelled
        /// The server stopped answering. Worth a retry.
        case timeout
        /// Data that is not what Git wrote.
        case corrupt
        /// A file can't be read or written here.
        case io
    }

    public var kind: Kind
    /// What was tried, such as "fetch".
    public var operation: String
    /// The repository, file or revision that it was tried on.
    public var subject: String
    /// Why it failed, as the library, the server or the system put it.
    public var reason: String
    /// What the operator can do; empty where nothing sensible can be said.
    public var remedy: String

    public init(_ kind: Kind, operation: String, subject: String, reason: String, remedy: String? = nil) {
        self.kind = kind
        self.operation = operation
        self.subject = subject
        self.reason = reason
        self.remedy = remedy ?? Self.standardRemedy(for: kind)
    }

    /// Whether the same call may succeed later without anybody changing anything.
    public var isTransient: Bool { kind == .unreachable || kind == .timeout }

    private static func standardRemedy(for kind: Kind) -> String {
        switch kind {
        case .unreachable: "It is tried again; check the address and the network if it lasts."
        case .authentication: "Check the credential that the settings name for this repository and its right to read."
        case .hostKeyUnknown: "Add the server's key to the known-hosts file after checking its fingerprint."
        case .hostKeyMismatch: "Find out why the server's key changed before you trust the new one."
        case .notFound: "Check the spelling of the address, and that the credential may see the repository."
        case .cancelled: ""
        case .timeout: "It is tried again; check the server's load and the network if it lasts."
        case .corrupt: "Delete the mirror folder; the next fetch makes it anew."
        case .io: "Check the free space and the permissions of the folder."
        }
    }
}

extension GitError: CustomStringConvertible {
    public var description: String {
        let sentence = "\(operation) failed for \(subject): \(reason)"
        return remedy.isEmpty ? sentence : "\(sentence.hasSuffix(".") ? sentence : sentence + ".") \(remedy)"
    }
}
