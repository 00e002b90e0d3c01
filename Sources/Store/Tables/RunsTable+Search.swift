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
        let cursor = try Row.fetchCursor(
            database.cachedStatement(
                sql: "SELECT rowid FROM runs_text WHERE runs_text MATCH ? AND rowid < ? ORDER BY rowid DESC LIMIT ?"),
            arguments: [expression, search.before ?? .max, searchWindow])
        var (found, looked, last): ([Run], Int, Int64?) = ([], 0, nil)
        while let row = try cursor.next() {
            if found.count == search.limit { return RunPage(runs: found, next: last) }
            let id = try row.decode(Int64.self, atIndex: 0)
            (looked, last) = (looked + 1, id)
            guard let run = try run(id, database) else { continue }
            if let status = search.status, run.status != status { continue }
            if let conclusion = search.conclusion, run.conclusion != conclusion { continue }
            found.append(run)
        }
        return RunPage(runs: found, next: looked == searchWindow ? last : nil)
    }
}
