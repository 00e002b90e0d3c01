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

    /// Of those that wait, the ones that nobody answered: others would take their places in a list that has an end.
    static func indexUnanswered(_ database: Database) throws {
        try database.execute(
            sql: """
                DROP INDEX jobs_awaiting_approval;
                CREATE INDEX jobs_awaiting_answer ON jobs(id)
                WHERE status = 'waiting' AND approval IS NOT NULL AND json_extract(approval, '$.answer') IS NULL;
                """)
    }
}
