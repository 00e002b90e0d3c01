public import Git
public import Plan

/// A reference with its commit, present in a mirror on this host.
public struct ResolvedSource: Sendable, Equatable {
    public var reference: SourceReference
    public var commit: ObjectID
    /// The bare mirror that has the commit.
    public var mirror: String
    /// What is to be said to whoever uses it: that its tag moved, or that its branch could not be asked for news.
    public var warning: String?

    public init(reference: SourceReference, commit: ObjectID, mirror: String, warning: String? = nil) {
        self.reference = reference
        self.commit = commit
        self.mirror = mirror
        self.warning = warning
    }
}
