public import FoundationEssentials

/// What a reference to another repository was resolved to, and stays at.
///
/// The name is the repository's and not an address: a server or mirror that takes another's place can't put other code
/// under a reference that is locked.
public struct LockedReference: Codable, Equatable, Sendable {
    public enum Kind: String, Codable, Sendable {
        /// Resolved once. That the tag names another commit later is only said.
        case tag
        /// Follows the newest commit; the lock records which one was used last.
        case branch
    }

    /// `owner/repository`, in lower case.
    public var repository: String
    /// As written after `@`.
    public var reference: String
    public var kind: Kind
    public var commit: String
    public var resolvedAt: Date
    /// When the server was last asked what the reference names.
    public var checkedAt: Date
    /// What it named then; nil where it was gone.
    public var current: String?

    public init(
        repository: String, reference: String, kind: Kind, commit: String, resolvedAt: Date, checkedAt: Date, current: String?
    ) {
        self.repository = repository
        self.reference = reference
        self.kind = kind
        self.commit = commit
        self.resolvedAt = resolvedAt
        self.checkedAt = checkedAt
        self.current = current
    }

    /// Whether the server's reference was seen at another commit than the one that is used.
    public var hasMoved: Bool { current != commit }
}
