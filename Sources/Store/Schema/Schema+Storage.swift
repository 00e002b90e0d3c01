internal import GRDB

extension Schema {
    /// What is known of the stored artifacts and caches. The files are on the disk, and what is there is the truth: rows follow it.
    ///
    /// Artifacts go with their run. The row of one that was removed before stays, so that the run's page can say what there was.
    static func createStorageTables(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE artifacts (
                    id INTEGER PRIMARY KEY,
                    run_id INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
                    job_id INTEGER NOT NULL,
                    attempt INTEGER NOT NULL,
                    name TEXT NOT NULL,
                    is_archive INTEGER NOT NULL,
                    size INTEGER NOT NULL,
                    digest TEXT NOT NULL,
                    created_at REAL NOT NULL,
                    expires_at REAL NOT NULL,
                    removed_at REAL
                ) STRICT;
                CREATE INDEX artifacts_by_run ON artifacts(run_id);
                CREATE INDEX artifacts_by_expiry ON artifacts(expires_at) WHERE removed_at IS NULL;

                CREATE TABLE caches (
                    id INTEGER PRIMARY KEY,
                    repository TEXT NOT NULL,
                    ref TEXT NOT NULL,
                    is_untrusted INTEGER NOT NULL,
                    key TEXT NOT NULL,
                    version TEXT NOT NULL,
                    size INTEGER NOT NULL,
                    digest TEXT NOT NULL,
                    run_id INTEGER NOT NULL,
                    created_at REAL NOT NULL,
                    used_at REAL NOT NULL
                ) STRICT;
                CREATE INDEX caches_by_repository ON caches(repository, used_at);
                """)
    }
}
