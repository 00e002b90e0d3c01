public import FoundationEssentials

/// How a repository's remote answered lately.
public struct RemoteStatus: Equatable, Sendable {
    public var repository: String
    public var lastAttemptAt: Date?
    public var lastSuccessAt: Date?
    /// How many attempts failed in a row.
    public var failures: Int
    /// What the last attempt failed with; nil after a success.
    public var error: String?
    public var nextAttemptAt: Date?
    /// The first of those failures; nil after a success.
    public var failingSince: Date?

    public init(
        repository: String, lastAttemptAt: Date? = nil, lastSuccessAt: Date? = nil, failures: Int = 0, error: String? = nil,
        nextAttemptAt: Date? = nil, failingSince: Date? = nil
    ) {
        self.repository = repository
        self.lastAttemptAt = lastAttemptAt
        self.lastSuccessAt = lastSuccessAt
        self.failures = failures
        self.error = error
        self.nextAttemptAt = nextAttemptAt
        self.failingSince = failingSince
    }
}
