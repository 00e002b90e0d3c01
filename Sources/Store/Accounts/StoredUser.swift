public import FoundationEssentials
public import Plan

/// Whom a provider of identities means: `subject` is what `issuer` calls them, and nobody else ever.
public struct ExternalIdentity: Equatable, Hashable, Sendable {
    public var issuer: String
    public var subject: String

    public init(issuer: String, subject: String) {
        self.issuer = issuer
        self.subject = subject
    }
}

/// Somebody who may sign in.
public struct StoredUser: Equatable, Sendable, Identifiable {
    /// Given by the store; never comes again.
    public var id: Int64
    /// Unlike all others also where case is not regarded.
    public var name: String
    /// What the password is checked with; nil: they can't sign in by one.
    public var passwordHash: String?
    /// Who they are for the provider that signs them in; nil: they are known here only.
    public var identity: ExternalIdentity?
    public var role: Role
    /// Names that requests for approvals may name them by, besides their own and their role's.
    public var teams: Set<String>
    public var isDisabled: Bool
    public var createdAt: Date
    public var signedInAt: Date?

    public init(
        id: Int64 = 0, name: String, passwordHash: String? = nil, identity: ExternalIdentity? = nil, role: Role,
        teams: Set<String> = [], isDisabled: Bool = false, createdAt: Date, signedInAt: Date? = nil
    ) {
        self.id = id
        self.name = name
        self.passwordHash = passwordHash
        self.identity = identity
        self.role = role
        self.teams = teams
        self.isDisabled = isDisabled
        self.createdAt = createdAt
        self.signedInAt = signedInAt
    }
}
