internal import GRDB
internal import Plan

extension RunsTable {
    /// How many runs back a verdict is looked for.
    private static let verdictWindow = 10

    static func workflowStates(_ query: WorkflowStateQuery, _ database: Database) throws -> [WorkflowState] {
        try RunNumbersTable.paths(of: query.repository, database)
            .filter { query.paths?.contains($0) ?? true }
            .compactMap { path in
                let runs = try newest(of: path, query, database)
                guard let first = runs.first else { return nil }
                return WorkflowState(newest: first, verdict: runs.first { $0.conclusion?.isVerdict ?? false })
            }
    }

    private static func newest(of path: String, _ query: WorkflowStateQuery, _ database: Database) throws -> [Run] {
        guard let branch = query.branch else {
            return try database.rows(
                """
                SELECT \(columns) FROM runs INDEXED BY runs_by_repository_workflow
                WHERE repository = ? AND workflow_path = ? ORDER BY id DESC LIMIT ?
                """, [query.repository, path, verdictWindow], decode: run(from:))
        }
        return try database.rows(
            """
            SELECT \(columns) FROM runs INDEXED BY runs_by_repository_workflow_branch
            WHERE repository = ? AND workflow_path = ? AND branch = ? ORDER BY id DESC LIMIT ?
            """, [query.repository, path, branch, verdictWindow], decode: run(from:))
    }
}

extension Conclusion {
    /// Whether it says anything about what ran.
    var isVerdict: Bool { self != .cancelled && self != .skipped }
}
