internal import GRDB
internal import Plan

/// `runs_text`: the words of runs.
extension RunsTable {
    /// Runs that one page compares with a status.
    private static let searchWindow = 3000

    static func search(_ search: RunSearch, _ database: Database) throws -> RunPage {
        guard let expression = search.expression else {
            guard search.terms.isEmpty else { return RunPage(runs: [], next: nil) }
            return try page(
                RunFilter(status: search.status, conclusion: search.conclusion, limit: search.limit, before: search.before),
                database)
        }
        let before = search.before ?? .max
        let wanted = [("status", search.status?.rawValue), ("conclusion", search.conclusion?.rawValue)]
            .compactMap { column, value in value.map { (column: column, value: $0) } }
        let floor = wanted.isEmpty ? nil : try floor(of: expression, before: before, database)
        let conditions = wanted.map {
            " AND EXISTS (SELECT 1 FROM runs WHERE runs.id = runs_text.rowid AND runs.\($0.column) = ?)"
        }.joined()
        let ids = try database.rows(
            """
            SELECT rowid FROM runs_text WHERE runs_text MATCH ? AND rowid < ? AND rowid >= ?\(conditions)
            ORDER BY rowid DESC LIMIT ?
            """,
            [expression, before, floor ?? 0] + StatementArguments(wanted.map(\.value)) + [search.limit + 1]
        ) { row in try row.decode(Int64.self, atIndex: 0) }
        let runs = try ids.prefix(search.limit).compactMap { try run($0, database) }
        return RunPage(runs: runs, next: ids.count > search.limit ? runs.last?.id : floor)
    }

    /// The id at which the window ends; nil where it holds all that the words find.
    private static func floor(of expression: String, before: Int64, _ database: Database) throws -> Int64? {
        try database.row(
            "SELECT rowid FROM runs_text WHERE runs_text MATCH ? AND rowid < ? ORDER BY rowid DESC LIMIT 1 OFFSET ?",
            [expression, before, searchWindow - 1]
        ) { row in try row.decode(Int64.self, atIndex: 0) }
    }
}
