/// Where a run, a job or a step stands.
public enum Status: String, Codable, Hashable, Sendable, CaseIterable {
    /// Ready to start, but capacity is taken.
    case queued
    /// Held back by something other than capacity: a need, a matrix limit, a remote that is down.
    case waiting
    case running
    case completed
}

/// How something that is completed ended.
public enum Conclusion: String, Codable, Hashable, Sendable, CaseIterable {
    case success
    case failure
    case cancelled
    case skipped
    /// The pipeline file has mistakes or needs what is not supported: nothing was executed.
    case refused
    /// The worker or the machine died: no verdict about the code.
    case lost
    case timedOut = "timed_out"

    /// What a `needs.*.result` or `steps.*.outcome` shows: the words that the workflow language knows.
    public var result: String {
        switch self {
        case .success: "success"
        case .skipped: "skipped"
        case .cancelled: "cancelled"
        case .failure, .refused, .lost, .timedOut: "failure"
        }
    }

    /// Whether dependents and a rerun of the failed jobs count it as failed.
    public var isFailure: Bool { result == "failure" }
}
