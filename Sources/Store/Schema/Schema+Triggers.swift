internal import GRDB

extension Schema {
    /// Repositories, their refs and remotes, deliveries.
    static func createTriggerTables(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE repositories (
                    name TEXT NOT NULL PRIMARY KEY
                ) STRICT, WITHOUT ROWID;

                -- commit_id is NULL for a ref that was deleted; pushes up to deleted_after belong to its former life.
                CREATE TABLE reference_states (
                    repository TEXT NOT NULL,
                    ref TEXT NOT NULL,
                    commit_id TEXT,
                    deleted_after INTEGER NOT NULL DEFAULT 0,
                    PRIMARY KEY (repository, ref)
                ) STRICT, WITHOUT ROWID;

                CREATE TABLE remotes (
                    repository TEXT NOT NULL PRIMARY KEY,
                    last_attempt_at REAL,
                    last_success_at REAL,
                    failures INTEGER NOT NULL,
                    error TEXT,
                    next_attempt_at REAL
                ) STRICT, WITHOUT ROWID;

                -- outcome is NULL until the delivery is dealt with; the body is dropped then.
                CREATE TABLE deliveries (
                    id INTEGER PRIMARY KEY AUTOINCREMENT,
                    forge TEXT NOT NULL,
                    repository TEXT NOT NULL,
                    delivery_id TEXT NOT NULL,
                    event_name TEXT NOT NULL,
                    received_at REAL NOT NULL,
                    outcome TEXT,
                    headers TEXT NOT NULL,
                    body BLOB,
                    UNIQUE (forge, repository, delivery_id)
                ) STRICT;
                CREATE INDEX deliveries_pending ON deliveries(id) WHERE outcome IS NULL;
                CREATE INDEX deliveries_by_time ON deliveries(received_at);
                """)
    }

    static func indexPendingDeliveries(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE INDEX deliveries_pending_by_repository ON deliveries(repository, id) WHERE outcome IS NULL;
                """)
    }

    static func createEvents(_ database: Database) throws {
        try database.execute(
            sql: """
                -- settled: the ref's state has been at this push's commit, or was beyond it when the push was told.
                -- repeats: how often the same push was told again. The long columns stand last.
                CREATE TABLE events (
                    id INTEGER PRIMARY KEY AUTOINCREMENT,
                    repository TEXT NOT NULL,
                    name TEXT NOT NULL,
                    activity TEXT,
                    source TEXT NOT NULL,
                    ref TEXT NOT NULL,
                    commit_id TEXT NOT NULL,
                    before_commit TEXT,
                    base_branch TEXT,
                    head_branch TEXT,
                    actor TEXT NOT NULL,
                    workflow TEXT,
                    is_untrusted INTEGER NOT NULL,
                    received_at REAL NOT NULL,
                    settled INTEGER NOT NULL,
                    repeats INTEGER NOT NULL DEFAULT 0,
                    reason TEXT,
                    skipped TEXT NOT NULL,
                    inputs TEXT NOT NULL,
                    payload TEXT NOT NULL
                ) STRICT;
                CREATE INDEX events_by_repository ON events(repository);
                CREATE INDEX events_by_time ON events(received_at);
                CREATE INDEX events_by_push ON events(repository, ref, commit_id) WHERE name = 'push';
                CREATE INDEX events_by_start ON events(repository, ref, before_commit) WHERE name = 'push';
                """)
    }
}
