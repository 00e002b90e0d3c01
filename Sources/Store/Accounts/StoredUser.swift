public import FoundationEssentials
public import Plan

/// Somebody who may sign in.
public struct StoredUser: Equatable, Sendable, Identifiable {
    /// Given by the store; never comes again.
    public var id: Int64
    /// Unlike all others also where case is not regarded.
    public var name: String
    /// What the password is checked with; nil: they can't sign in by one.
    public var passwordHash: String?
    public var role: Role
    /// Names that requests for approvals may name them by, besides their own and their role's.
    public var teams: Set<String>
    public var isDisabled: Bool
    /// Who says who they are, and what they are called there; nil for a local user.
    public var identity: ProviderIdentity?
    public var createdAt: Date
    public var signedInAt: Date?

    public init(
        id: Int64 = 0, name: String, passwordHash: String? = nil, role: Role, teams: Set<String> = [], isDisabled: Bool = false,
        identity: ProviderIdentity? = nil, createdAt: Date, signedInAt: Date? = nil
    ) {
        self.id = id
        self.name = name
        self.passwordHash = passwordHash
        self.role = role
        self.teams = teams
        self.isDisabled = isDisabled
        self.identity = identity
        self.createdAt = createdAt
        self.signedInAt = signedInAt
    }
}

/// A user of an identity provider: no other pair of issuer and subject is ever the same person.
public struct ProviderIdentity: Equatable, Hashable, Sendable {
    public var issuer: String
    public var subject: String

    public init(issuer: String, subject: String) {
        self.issuer = issuer
        self.subject = subject
    }
}
