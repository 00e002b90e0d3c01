public import FoundationEssentials

/// A token with which a program comes in a user's name.
public struct StoredToken: Equatable, Sendable, Identifiable {
    /// Given by the store; never comes again.
    public var id: Int64
    public var userID: Int64
    /// What its owner calls it.
    public var name: String
    /// What it may be used for.
    public var scopes: Set<String>
    public var createdAt: Date
    /// Nil: never.
    public var expiresAt: Date?
    public var revokedAt: Date?
    /// When it was last used, to some minutes.
    public var usedAt: Date?

    public init(
        id: Int64 = 0, userID: Int64, name: String, scopes: Set<String>, createdAt: Date, expiresAt: Date? = nil,
        revokedAt: Date? = nil, usedAt: Date? = nil
    ) {
        self.id = id
        self.userID = userID
        self.name = name
        self.scopes = scopes
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.revokedAt = revokedAt
        self.usedAt = usedAt
    }
}
