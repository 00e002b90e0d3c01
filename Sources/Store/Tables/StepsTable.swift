internal import FoundationEssentials
internal import GRDB
internal import Plan

/// `steps`.
enum StepsTable {
    private static let columns = """
        job_id, number, name, status, conclusion, outcome, exit_code, reason, started_at, finished_at, log_from, log_to, skip_cause
        """

    static func upsert(_ step: Step, _ database: Database) throws {
        try database.change(
            """
            INSERT INTO steps(\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (job_id, number) DO UPDATE SET name = excluded.name, status = excluded.status,
                conclusion = excluded.conclusion, outcome = excluded.outcome, exit_code = excluded.exit_code,
                reason = excluded.reason, started_at = excluded.started_at, finished_at = excluded.finished_at,
                log_from = excluded.log_from, log_to = excluded.log_to, skip_cause = excluded.skip_cause
            """,
            [
                step.jobID, step.number, step.name, step.status.rawValue, step.conclusion?.rawValue,
                step.outcome?.rawValue, step.exitCode, step.reason, step.startedAt?.databaseSeconds,
                step.finishedAt?.databaseSeconds, step.logFrom, step.logTo, step.skipCause?.rawValue,
            ])
    }

    /// Whether a step was left out for the first one that failed. Of steps of which earlier versions did not keep why, any skipped one
    /// after it counts.
    static func hasSkippedAfterFailure(ofJob id: Int64, _ database: Database) throws -> Bool {
        try database.row(
            """
            SELECT 1 FROM steps WHERE job_id = ? AND conclusion = 'skipped' AND coalesce(skip_cause, 'failure') = 'failure'
                AND number > (SELECT min(number) FROM steps WHERE job_id = ? AND conclusion = 'failure') LIMIT 1
            """, [id, id]
        ) { _ in true } ?? false
    }

    static func all(ofJob id: Int64, _ database: Database) throws -> [Step] {
        try database.rows("SELECT \(columns) FROM steps WHERE job_id = ? ORDER BY number", [id]) { row in
            var columns = ColumnReader(row, of: "steps")
            return Step(
                jobID: try columns.next(), number: try columns.next(), name: try columns.next(),
                status: try columns.word(), conclusion: try columns.wordIfAny(), outcome: try columns.wordIfAny(),
                exitCode: try columns.next(), reason: try columns.next(), startedAt: try columns.dateIfAny(),
                finishedAt: try columns.dateIfAny(), logFrom: try columns.next(), logTo: try columns.next(),
                skipCause: try columns.wordIfAny())
        }
    }
}
