internal import GRDB
internal import Plan

extension JobsTable {
    /// Jobs that asked for an approval and wait, the oldest first; one that was answered may be among them for a moment.
    static func withApproval(limit: Int, _ database: Database) throws -> [Job] {
        try database.rows(
            """
            SELECT \(columns) FROM jobs INDEXED BY jobs_awaiting_approval
            WHERE status = 'waiting' AND approval IS NOT NULL ORDER BY id LIMIT ?
            """, [limit], decode: job(from:))
    }
}
