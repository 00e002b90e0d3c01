internal import GRDB
internal import Plan

extension JobsTable {
    /// Jobs that are not over, of one status, in the order in which they were made.
    static func unfinished(_ status: Status, limit: Int, _ database: Database) throws -> [Job] {
        try database.rows(
            """
            SELECT \(columns) FROM jobs INDEXED BY jobs_unfinished
            WHERE status = ? AND status <> 'completed' ORDER BY id LIMIT ?
            """, [status.rawValue, limit], decode: job(from:))
    }

    /// Jobs that stand still after a failure, in the order in which they were made.
    static func paused(limit: Int, _ database: Database) throws -> [Job] {
        try database.rows(
            """
            SELECT \(columns) FROM jobs INDEXED BY jobs_paused
            WHERE status = 'running' AND pause IS NOT NULL ORDER BY id LIMIT ?
            """, [limit], decode: job(from:))
    }
}
