internal import GRDB

extension Schema {
    /// Deployments of jobs to environments, which go with their run; and each environment that there was one of.
    static func addEnvironments(_ database: Database) throws {
        try database.execute(
            sql: """
                ALTER TABLE jobs ADD COLUMN environment TEXT;

                CREATE TABLE environment_deployments (
                    id INTEGER PRIMARY KEY AUTOINCREMENT,
                    repository TEXT NOT NULL,
                    environment TEXT NOT NULL COLLATE NOCASE,
                    run_id INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
                    job_id INTEGER NOT NULL UNIQUE,
                    commit_id TEXT NOT NULL,
                    ref TEXT NOT NULL,
                    actor TEXT NOT NULL,
                    url TEXT,
                    restores INTEGER,
                    released_run_id INTEGER NOT NULL,
                    status TEXT NOT NULL,
                    reason TEXT,
                    started_at REAL NOT NULL,
                    finished_at REAL
                ) STRICT;
                CREATE INDEX environment_deployments_by_run ON environment_deployments(run_id);
                CREATE INDEX environment_deployments_by_environment ON environment_deployments(repository, environment, id);

                -- current_id is the deployment that succeeded last, newest_id the one that began last.
                CREATE TABLE environments (
                    repository TEXT NOT NULL,
                    name TEXT NOT NULL COLLATE NOCASE,
                    newest_id INTEGER REFERENCES environment_deployments(id) ON DELETE SET NULL,
                    current_id INTEGER REFERENCES environment_deployments(id) ON DELETE SET NULL,
                    PRIMARY KEY (repository, name)
                ) STRICT, WITHOUT ROWID;
                CREATE INDEX environments_by_newest ON environments(newest_id);
                CREATE INDEX environments_by_current ON environments(current_id);

                CREATE INDEX deployments_by_job ON deployments(job_id);
                """)
    }
}
