public import Plan

/// Which runs to list. Everything that is given must hold.
public struct RunFilter: Equatable, Sendable {
    public var repository: String?
    public var status: Status?
    public var conclusion: Conclusion?
    /// Without `refs/heads/`.
    public var branch: String?
    /// The pipeline's file, as in `Run.workflowPath`.
    public var workflow: String?
    /// How many runs at most, from 1 to 100.
    public var limit: Int {
        didSet { limit = Self.bounded(limit) }
    }
    /// Only runs with a lower id: the `next` of the page before.
    public var before: Int64?

    /// - Parameter limit: what lies outside 1 to 100 is taken as the nearer bound.
    public init(
        repository: String? = nil, status: Status? = nil, conclusion: Conclusion? = nil, branch: String? = nil,
        workflow: String? = nil, limit: Int = 30, before: Int64? = nil
    ) {
        self.repository = repository
        self.status = status
        self.conclusion = conclusion
        self.branch = branch
        self.workflow = workflow
        self.limit = Self.bounded(limit)
        self.before = before
    }

    private static func bounded(_ limit: Int) -> Int { min(max(limit, 1), 100) }
}

/// Runs, newest first.
public struct RunPage: Equatable, Sendable {
    public var runs: [Run]
    /// The `before` of the next page; nil where there is none. A page may hold fewer runs than were asked for and still
    /// have a next one: a search that no index answers wholly looks at a bounded stretch of the history at a time.
    public var next: Int64?

    public init(runs: [Run], next: Int64?) {
        self.runs = runs
        self.next = next
    }
}
