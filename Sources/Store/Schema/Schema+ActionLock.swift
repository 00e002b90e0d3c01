internal import GRDB

extension Schema {
    /// To which commits references to other repositories were resolved.
    static func createActionLock(_ database: Database) throws {
        try database.execute(
            sql: """
                -- repository is owner/name in lower case. current is what the reference named when the server was asked last;
                -- NULL where it was gone.
                CREATE TABLE action_lock (
                    repository TEXT NOT NULL,
                    reference TEXT NOT NULL,
                    kind TEXT NOT NULL,
                    commit_id TEXT NOT NULL,
                    resolved_at REAL NOT NULL,
                    checked_at REAL NOT NULL,
                    current TEXT,
                    PRIMARY KEY (repository, reference)
                ) STRICT, WITHOUT ROWID;
                """)
    }
}
