public import Plan

/// Which pipelines of a repository to look at.
public struct WorkflowStateQuery: Equatable, Sendable {
    public var repository: String
    /// Only runs of this branch, without `refs/heads/`; nil: of any ref.
    public var branch: String?
    /// Only these files; nil: every file that ever had a run.
    public var paths: Set<String>?

    public init(repository: String, branch: String? = nil, paths: Set<String>? = nil) {
        self.repository = repository
        self.branch = branch
        self.paths = paths
    }
}

/// How a pipeline of a repository stands.
public struct WorkflowState: Equatable, Sendable {
    /// The newest run, which may be under way.
    public var newest: Run
    /// The newest run that says something about the code: it has ended, and was neither cancelled nor skipped. Nil where none
    /// of the last runs does.
    public var verdict: Run?

    public init(newest: Run, verdict: Run?) {
        self.newest = newest
        self.verdict = verdict
    }
}

extension Store {
    /// How the pipelines of repositories stand, by the repository's name; each in the order of its files.
    public func workflowStates(_ queries: [WorkflowStateQuery]) async throws(StoreError) -> [String: [WorkflowState]] {
        try await read("read how the workflows stand") { database in
            var states: [String: [WorkflowState]] = [:]
            for query in queries { states[query.repository] = try RunsTable.workflowStates(query, database) }
            return states
        }
    }
}
