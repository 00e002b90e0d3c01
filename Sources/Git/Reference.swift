/// A branch, tag or other name and the object that it names.
public struct Reference: Sendable, Hashable, Codable {
    /// The full name, such as `refs/heads/main`.
    public let name: String
    /// A commit, or the tag object of an annotated tag.
    public let target: ObjectID

    public init(name: String, target: ObjectID) {
        self.name = name
        self.target = target
    }
}

/// How a fetch moved a reference.
public struct ReferenceUpdate: Sendable, Hashable, Codable {
    public enum Kind: String, Sendable, Codable {
        case created
        /// The old commit is an ancestor of the new one.
        case fastForward
        /// The old commit is none: a force push, or a tag that was moved.
        case forced
        case deleted
    }

    /// The full name, such as `refs/heads/main`.
    public let name: String
    /// What it named before; nil when it was created.
    public let old: ObjectID?
    /// What it names now; nil when it was deleted. For an annotated tag, the tag object.
    public let new: ObjectID?
    public let kind: Kind

    public init(name: String, old: ObjectID?, new: ObjectID?, kind: Kind) {
        self.name = name
        self.old = old
        self.new = new
        self.kind = kind
    }
}
