/// Why an action or a workflow of another repository can't be used.
public struct SourceError: Error, Equatable, Sendable {
    public enum Kind: Equatable, Sendable {
        /// The settings do not allow it.
        case refused
        /// The repository, the reference or the file does not exist, or what is there can't be used. Waiting does not help.
        case unusable
        /// The server does not answer, or this host can't keep what it sent. Worth a retry.
        case unreachable
    }

    public var kind: Kind
    /// What can't be used and why, as it reads after a diagnostic's place.
    public var message: String

    public init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    public var isTransient: Bool { kind == .unreachable }
}

extension String {
    /// A message that may be one sentence or end with one, and another clause after it.
    public func followed(by clause: String) -> String {
        guard hasSuffix("."), let first = clause.first else { return "\(self); \(clause)" }
        return "\(self) \(first.uppercased())\(clause.dropFirst())."
    }
}
