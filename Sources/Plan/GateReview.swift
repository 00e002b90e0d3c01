/// What a person may decide of a job that a gate stopped.
public struct GateReview: Codable, Equatable, Sendable {
    public enum Kind: String, Codable, Sendable {
        /// The job waits until somebody decides.
        case investigation
        /// The job failed; what needs it goes on where somebody says why it may.
        case override
    }

    public var kind: Kind
    /// What was measured, in a sentence.
    public var message: String
    /// As in `ApprovalPlan.approvers`.
    public var approvers: [String]
    /// Of other gates of the job: who decides has to be among each of them, too.
    public var others: [[String]]?
    /// Seconds after which a job that nobody decided about fails.
    public var timeout: Double

    public init(
        kind: Kind, message: String, approvers: [String] = [], timeout: Double = ApprovalPlan.defaultTimeout
    ) {
        self.kind = kind
        self.message = message
        self.approvers = approvers
        self.timeout = timeout
    }

    /// What is to be decided of a job with several gates. What only has to be looked at waits for what has to be overridden.
    public static func merging(_ reviews: [GateReview]) -> GateReview? {
        guard var merged = reviews.first else { return nil }
        for review in reviews.dropFirst() {
            if review.kind == .override { merged.kind = .override }
            merged.message += "; \(review.message)"
            merged.timeout = min(merged.timeout, review.timeout)
        }
        // Whoever may decide about each of them.
        var lists: [[String]] = []
        for list in reviews.map(\.approvers) where !list.isEmpty && !lists.contains(list) { lists.append(list) }
        merged.approvers = lists.first ?? []
        merged.others = lists.count > 1 ? Array(lists.dropFirst()) : nil
        return merged
    }
}
