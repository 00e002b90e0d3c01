internal import GRDB
internal import Plan

/// Pages of runs, newest first, at a cost that does not grow with the history.
extension RunsTable {
    /// The most entries of an index that one page looks at. Only a filter that no index answers wholly can reach it.
    static let window = 5000

    private struct Filter {
        var column: String
        var value: String
    }

    static func page(_ filter: RunFilter, _ database: Database) throws -> RunPage {
        let before = filter.before ?? .max
        var filters = filters(of: filter)
        let (index, keys) = bestIndex(for: filters)
        // What the index does not answer is compared run by run, in a window of the index's newest entries.
        let answered = filters.filter { keys.contains($0.column) }
        let isExact = answered.count == filters.count
        let floor = isExact ? nil : try floor(of: answered, index: index, before: before, database)
        filters.sort { keys.contains($0.column) && !keys.contains($1.column) }
        let runs = try database.rows(
            """
            SELECT \(columns) FROM runs \(index) WHERE \(conditions(filters, index)) id < ? AND id >= ?
            ORDER BY id DESC LIMIT ?
            """, arguments(filters) + [before, floor ?? 0, filter.limit + 1], decode: run(from:))
        guard runs.count > filter.limit else { return RunPage(runs: runs, next: floor) }
        let page = Array(runs.prefix(filter.limit))
        return RunPage(runs: page, next: page.last?.id)
    }

    static func newest(of repository: String, limit: Int, _ database: Database) throws -> [Run] {
        try page(RunFilter(repository: repository, limit: limit), database).runs
    }

    private static func filters(of filter: RunFilter) -> [Filter] {
        let asked: [(String, String?)] = [
            ("repository", filter.repository), ("branch", filter.branch), ("workflow_path", filter.workflow),
            ("status", filter.status?.rawValue), ("conclusion", filter.conclusion?.rawValue),
        ]
        return asked.compactMap { column, value in value.map { Filter(column: column, value: $0) } }
    }

    /// The index that leaves the fewest runs to look at, as far as the question alone tells: what is unfinished is few;
    /// then what ended otherwise than by success; then a branch, a workflow, a repository.
    private static func bestIndex(for filters: [Filter]) -> (index: String, keys: Set<String>) {
        let asked = Set(filters.map(\.column))
        let status = filters.first { $0.column == "status" }?.value
        if let status, status != Status.completed.rawValue { return ("INDEXED BY runs_unfinished", ["status"]) }
        let isSuccess = filters.contains { $0.column == "conclusion" && $0.value == Conclusion.success.rawValue }
        let candidates = isSuccess ? indexes + conclusionIndexes : conclusionIndexes + indexes
        for (name, keys) in candidates where keys.isSubset(of: asked) { return ("INDEXED BY \(name)", keys) }
        return asked.contains("repository") ? ("INDEXED BY runs_by_repository", ["repository"]) : ("NOT INDEXED", [])
    }

    private static let indexes: [(name: String, keys: Set<String>)] = [
        ("runs_by_repository_branch", ["repository", "branch"]), ("runs_by_branch", ["branch"]),
        ("runs_by_repository_workflow", ["repository", "workflow_path"]),
    ]

    private static let conclusionIndexes: [(name: String, keys: Set<String>)] = [
        ("runs_by_repository_conclusion", ["repository", "conclusion"]), ("runs_by_conclusion", ["conclusion"]),
    ]

    /// The id at which the window ends; nil where it holds all there is.
    private static func floor(
        of filters: [Filter], index: String, before: Int64, _ database: Database
    ) throws -> Int64? {
        try database.row(
            "SELECT id FROM runs \(index) WHERE \(conditions(filters, index)) id < ? ORDER BY id DESC LIMIT 1 OFFSET ?",
            arguments(filters) + [before, window - 1]
        ) { row in try row.decode(Int64.self, atIndex: 0) }
    }

    private static func conditions(_ filters: [Filter], _ index: String) -> String {
        // SQLite uses a partial index only where its condition is repeated.
        let partial = index.hasSuffix("runs_unfinished") ? "status <> 'completed' AND " : ""
        return partial + filters.map { "\($0.column) = ? AND " }.joined()
    }

    private static func arguments(_ filters: [Filter]) -> StatementArguments {
        StatementArguments(filters.map(\.value))
    }
}
