internal import GRDB

extension Schema {
    /// Requests for approvals and their answers. Those that wait are few, whatever the history.
    static func addApprovals(_ database: Database) throws {
        try database.execute(
            sql: """
                ALTER TABLE jobs ADD COLUMN approval TEXT;
                CREATE INDEX jobs_awaiting_approval ON jobs(id) WHERE status = 'waiting' AND approval IS NOT NULL;
                """)
    }
}
