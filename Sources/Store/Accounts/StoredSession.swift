public import FoundationEssentials

/// A browser that somebody signed in with.
public struct StoredSession: Equatable, Sendable {
    public var user: StoredUser
    public var createdAt: Date
    /// When it was last used, to some minutes.
    public var usedAt: Date

    public init(user: StoredUser, createdAt: Date, usedAt: Date) {
        self.user = user
        self.createdAt = createdAt
        self.usedAt = usedAt
    }
}
