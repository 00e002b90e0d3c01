public import Plan

/// An answer to a request for an approval.
public struct ApprovalAnswer: Equatable, Sendable {
    public var run: Int64
    /// Nil: the only job of the run that waits for one.
    public var job: Int64?
    public var isApproved: Bool
    public var comment: String?
    public var approver: Actor

    public init(run: Int64, job: Int64? = nil, isApproved: Bool, comment: String? = nil, approver: Actor) {
        self.run = run
        self.job = job
        self.isApproved = isApproved
        self.comment = comment
        self.approver = approver
    }
}
