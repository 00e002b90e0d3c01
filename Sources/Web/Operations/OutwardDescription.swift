/// Somebody outside who is told of runs: a forge, a program, people.
public struct OutwardDescription: Sendable, Equatable {
    public enum Kind: String, Sendable, Equatable {
        /// The forge of a repository, by statuses of commits.
        case forge
        case webhook
        case notification
    }

    public var kind: Kind
    /// Of the webhook or the rule; the repository of a forge.
    public var name: String
    /// As the store names it: `webhook chatops`, `notification team by slack`.
    public var target: String
    /// Why it can't be told at the moment, without anything secret; nil where it can.
    public var problem: String?
    /// Whether it is the credential that is not taken.
    public var isUnauthorized: Bool
    /// RFC 3339, UTC: since when.
    public var failingSince: String?

    public init(
        kind: Kind, name: String, target: String, problem: String? = nil, isUnauthorized: Bool = false,
        failingSince: String? = nil
    ) {
        self.kind = kind
        self.name = name
        self.target = target
        self.problem = problem
        self.isUnauthorized = isUnauthorized
        self.failingSince = failingSince
    }
}
