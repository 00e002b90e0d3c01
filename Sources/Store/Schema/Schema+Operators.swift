internal import GRDB

extension Schema {
    /// Sealed secrets, what became of the ticks of schedules, and the audit trail.
    static func createOperatorTables(_ database: Database) throws {
        try database.execute(
            sql: """
                -- scope is a repository's name, or empty for all. Names of secrets differ by more than case.
                CREATE TABLE secrets (
                    scope TEXT NOT NULL,
                    name TEXT NOT NULL COLLATE NOCASE,
                    sealed BLOB NOT NULL,
                    updated_at REAL NOT NULL,
                    updated_by TEXT NOT NULL,
                    PRIMARY KEY (scope, name)
                ) STRICT, WITHOUT ROWID;

                CREATE TABLE schedule_ticks (
                    repository TEXT NOT NULL,
                    workflow_path TEXT NOT NULL,
                    cron TEXT NOT NULL,
                    timezone TEXT NOT NULL,
                    due_at REAL NOT NULL,
                    outcome TEXT NOT NULL,
                    event_id INTEGER,
                    PRIMARY KEY (repository, workflow_path, cron, timezone, due_at)
                ) STRICT, WITHOUT ROWID;
                CREATE INDEX schedule_ticks_by_repository ON schedule_ticks(repository, due_at);
                CREATE INDEX schedule_ticks_by_time ON schedule_ticks(due_at);

                CREATE TABLE audit (
                    id INTEGER PRIMARY KEY AUTOINCREMENT,
                    at REAL NOT NULL,
                    actor TEXT NOT NULL,
                    action TEXT NOT NULL,
                    subject TEXT NOT NULL,
                    detail TEXT NOT NULL
                ) STRICT;
                CREATE INDEX audit_by_time ON audit(at);
                """)
    }
}
