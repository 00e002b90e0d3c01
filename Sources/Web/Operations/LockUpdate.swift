/// What an update did to a locked reference.
public struct LockUpdate: Sendable, Equatable {
    /// `owner/name`, in lower case.
    public var repository: String
    public var reference: String
    public var before: String
    public var commit: String

    public init(repository: String, reference: String, before: String, commit: String) {
        self.repository = repository
        self.reference = reference
        self.before = before
        self.commit = commit
    }
}
