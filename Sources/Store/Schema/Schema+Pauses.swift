internal import GRDB

extension Schema {
    /// Whether jobs of an attempt stand still after a failure, and those that do. They are few, whatever the history.
    static func addPauses(_ database: Database) throws {
        try database.execute(
            sql: """
                ALTER TABLE runs ADD COLUMN pauses_on_failure INTEGER NOT NULL DEFAULT 0;
                ALTER TABLE jobs ADD COLUMN pause TEXT;
                CREATE INDEX jobs_paused ON jobs(id) WHERE status = 'running' AND pause IS NOT NULL;
                """)
    }
}
