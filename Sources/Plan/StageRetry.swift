/// What of a failed stage is tried again.
public enum StageRetry: String, Codable, Sendable, CaseIterable {
    /// The actions that failed, and those that did not run because of them.
    case failedActions = "FAILED_ACTIONS"
    case allActions = "ALL_ACTIONS"
}
