internal import FoundationEssentials
internal import GRDB
internal import Plan

/// `occurrences`, written by triggers.
enum OccurrencesTable {
    static func oldest(limit: Int, _ database: Database) throws -> [Occurrence] {
        // In the order of the rows' ids, which is the table's own.
        try database.rows(
            """
            SELECT id, kind, run_id, job_id, deployment_id, attempt, status, conclusion, reason, happened_at FROM occurrences
            WHERE id > 0 ORDER BY id LIMIT ?
            """, [limit]
        ) { row in
            var columns = ColumnReader(row, of: "occurrences")
            return Occurrence(
                id: try columns.next(), kind: try columns.word(), runID: try columns.next(), jobID: try columns.next(),
                deploymentID: try columns.next(), attempt: try columns.next(), status: try columns.next(),
                conclusion: try columns.wordIfAny(), reason: try columns.next(), date: try columns.date())
        }
    }

    static func remove(upTo id: Int64, _ database: Database) throws {
        try database.change("DELETE FROM occurrences WHERE id <= ?", [id])
    }

    /// How the attempt before this one ended, or the run before on the same branch.
    static func conclusion(before run: Run, attempt: Int, _ database: Database) throws -> Conclusion? {
        let isVerdict = "conclusion IN ('success', 'failure', 'timed_out', 'lost', 'refused')"
        let earlier: Conclusion? = try database.row(
            "SELECT conclusion FROM attempts WHERE run_id = ? AND attempt < ? AND \(isVerdict) ORDER BY attempt DESC LIMIT 1",
            [run.id, attempt]
        ) { row in
            var columns = ColumnReader(row, of: "attempts")
            return try columns.word()
        }
        // Pull requests and tags have nothing before them: those of others say nothing about them.
        guard earlier == nil, run.branch != nil else { return earlier }
        return try database.row(
            """
            SELECT conclusion FROM runs INDEXED BY runs_by_repository_workflow_branch
            WHERE repository = ? AND workflow_path = ? AND branch IS ? AND id < ? AND \(isVerdict) ORDER BY id DESC LIMIT 1
            """, [run.repository, run.workflowPath, run.branch, run.id]
        ) { row in
            var columns = ColumnReader(row, of: "runs")
            return try columns.word()
        }
    }
}
