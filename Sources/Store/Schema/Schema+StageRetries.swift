internal import GRDB

extension Schema {
    /// Runs that have ended and of which a stage is to be tried again: few, and none for long.
    static func createStageRetries(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE stage_retries (
                    run_id INTEGER PRIMARY KEY REFERENCES runs(id) ON DELETE CASCADE
                ) STRICT;
                """)
    }
}
