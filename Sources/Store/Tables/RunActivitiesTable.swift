internal import GRDB
internal import Plan

/// `run_activities`, written by triggers of `runs`.
enum RunActivitiesTable {
    static func all(of repository: String, limit: Int, _ database: Database) throws -> [RunActivity] {
        let rows = try database.rows(
            """
            SELECT id, run_id, activity, attempt, conclusion FROM run_activities WHERE repository = ? ORDER BY id LIMIT ?
            """, [repository, limit]
        ) { row in
            var columns = ColumnReader(row, of: "run_activities")
            return (
                id: try columns.next() as Int64, run: try columns.next() as Int64, kind: try columns.word() as RunActivity.Kind,
                attempt: try columns.next() as Int, conclusion: try columns.wordIfAny() as Conclusion?
            )
        }
        return try rows.compactMap { row in
            try RunsTable.run(row.run, database).map { run in
                RunActivity(id: row.id, kind: row.kind, attempt: row.attempt, conclusion: row.conclusion, run: run)
            }
        }
    }

    /// - Returns: whether it was there.
    static func remove(_ id: Int64, _ database: Database) throws -> Bool {
        try database.change("DELETE FROM run_activities WHERE id = ?", [id])
        return database.changesCount > 0
    }
}
