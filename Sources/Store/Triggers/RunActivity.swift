public import Plan

/// Something that happened to a run and that pipelines may follow (`workflow_run`).
public struct RunActivity: Equatable, Sendable, Identifiable {
    /// The names are those of the activity types.
    public enum Kind: String, Sendable, CaseIterable {
        /// The run was made; a rerun is none.
        case requested
        case inProgress = "in_progress"
        case completed
    }

    public var id: Int64
    public var kind: Kind
    /// The attempt at which it happened, and how that ended where it did.
    public var attempt: Int
    public var conclusion: Conclusion?
    /// As it is now, which may be further.
    public var run: Run

    public init(id: Int64, kind: Kind, attempt: Int, conclusion: Conclusion?, run: Run) {
        self.id = id
        self.kind = kind
        self.attempt = attempt
        self.conclusion = conclusion
        self.run = run
    }
}
