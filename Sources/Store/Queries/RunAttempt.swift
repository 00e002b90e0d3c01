public import FoundationEssentials
public import Plan

/// How an attempt at a run ended that was followed by another.
public struct RunAttempt: Equatable, Sendable {
    /// From 1.
    public var number: Int
    public var status: Status
    public var conclusion: Conclusion?
    public var reason: String?
    /// Why it was asked for; nil for the first.
    public var attemptReason: String?
    public var startedAt: Date?
    public var finishedAt: Date?

    public init(
        number: Int, status: Status, conclusion: Conclusion? = nil, reason: String? = nil, attemptReason: String? = nil,
        startedAt: Date? = nil, finishedAt: Date? = nil
    ) {
        self.number = number
        self.status = status
        self.conclusion = conclusion
        self.reason = reason
        self.attemptReason = attemptReason
        self.startedAt = startedAt
        self.finishedAt = finishedAt
    }
}

extension Run {
    /// The run as it was at the end of an earlier attempt.
    public func asOf(_ attempt: RunAttempt) -> Run {
        var run = self
        run.attempt = attempt.number
        run.status = attempt.status
        run.conclusion = attempt.conclusion
        run.reason = attempt.reason
        run.attemptReason = attempt.attemptReason
        run.cancelReason = nil
        run.startedAt = attempt.startedAt
        run.finishedAt = attempt.finishedAt
        return run
    }
}
