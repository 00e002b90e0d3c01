internal import GRDB

/// `attempts`: how the attempts at a run ended that were followed by another. Written by a trigger of `runs`.
enum AttemptsTable {
    static func all(ofRun id: Int64, _ database: Database) throws -> [RunAttempt] {
        try database.rows(
            """
            SELECT attempt, status, conclusion, reason, attempt_reason, started_at, finished_at FROM attempts
            WHERE run_id = ? ORDER BY attempt
            """, [id], decode: attempt(from:))
    }

    private static func attempt(from row: Row) throws -> RunAttempt {
        var columns = ColumnReader(row, of: "attempts")
        return RunAttempt(
            number: try columns.next(), status: try columns.word(), conclusion: try columns.wordIfAny(),
            reason: try columns.next(), attemptReason: try columns.next(), startedAt: try columns.dateIfAny(),
            finishedAt: try columns.dateIfAny())
    }
}
