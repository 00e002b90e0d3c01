internal import FoundationEssentials
internal import GRDB
internal import Plan

/// How far each job's journal is in the store.
extension JobsTable {
    struct Place {
        var journalOffset: Int64
        var runID: Int64
        var repository: String
    }

    static func place(ofJob id: Int64, _ database: Database) throws -> Place? {
        try database.row(
            """
            SELECT journal_offset, run_id, repository FROM jobs JOIN runs ON runs.id = jobs.run_id WHERE jobs.id = ?
            """, [id]
        ) { row in
            var columns = ColumnReader(row, of: "jobs")
            return Place(
                journalOffset: try columns.next(), runID: try columns.next(), repository: try columns.next())
        }
    }

    static func advance(_ progress: JobProgress, _ database: Database) throws {
        try database.change(
            """
            UPDATE jobs SET journal_offset = ?, log_size = max(log_size, ?), has_summary = max(has_summary, ?),
                outputs = coalesce(?, outputs) WHERE id = ?
            """,
            [
                progress.to, progress.logSize, progress.summaryChanged, progress.outputs.map(JSONText.encode),
                progress.jobID,
            ])
    }

    /// - Parameter pause: nil: the job goes on.
    static func setPause(_ pause: JobPause?, ofJob id: Int64, _ database: Database) throws {
        try database.change("UPDATE jobs SET pause = ? WHERE id = ?", [try pause.map(JSONText.encode(value:)), id])
    }

    static func setWait(_ wait: JobProgress.WaitChange, ofJob id: Int64, _ database: Database) throws {
        switch wait {
        case .began(let reason):
            try database.change("UPDATE jobs SET reason = ? WHERE id = ? AND status <> 'completed'", [reason, id])
        case .ended(let reason):
            try database.change(
                "UPDATE jobs SET reason = NULL WHERE id = ? AND status <> 'completed' AND reason = ?", [id, reason])
        }
    }

    static func state(ofJob id: Int64, _ database: Database) throws -> JobProgressState? {
        try database.row("SELECT journal_offset, log_size, has_summary FROM jobs WHERE id = ?", [id]) { row in
            var columns = ColumnReader(row, of: "jobs")
            return JobProgressState(
                journalOffset: try columns.next(), logSize: try columns.next(), hasSummary: try columns.next())
        }
    }
}
