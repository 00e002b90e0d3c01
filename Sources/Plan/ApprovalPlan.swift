public import Expressions

/// What somebody has to approve before a job starts.
public struct ApprovalPlan: Codable, Equatable, Sendable {
    /// Seven days, as CodePipeline has it.
    public static let defaultTimeout = 7.0 * 24 * 60 * 60

    /// What whoever decides is told; in the contexts of the job's `if`.
    public var message: Template?
    /// Where to look before; in the same contexts.
    public var link: Template?
    /// Names of people or roles who may decide, in any case; empty: every operator.
    public var approvers: [String]
    /// Seconds after which a request that nobody answered fails the job.
    public var timeout: Double
    /// Whether the approval is all that there is to the job: it has no worker, and ends with the answer.
    public var isWholeJob: Bool

    public init(
        message: Template? = nil, link: Template? = nil, approvers: [String] = [], timeout: Double = Self.defaultTimeout,
        isWholeJob: Bool = false
    ) {
        self.message = message
        self.link = link
        self.approvers = approvers
        self.timeout = timeout
        self.isWholeJob = isWholeJob
    }
}
