internal import GRDB

extension Schema {
    /// Why the newest attempt at a run was asked for, and how the earlier ones ended.
    ///
    /// A run's row is that of its newest attempt. What the one before had there is kept by a trigger, so that no writer of
    /// runs can forget it.
    static func createAttempts(_ database: Database) throws {
        try database.execute(
            sql: """
                ALTER TABLE runs ADD COLUMN attempt_reason TEXT;

                CREATE TABLE attempts (
                    run_id INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
                    attempt INTEGER NOT NULL,
                    status TEXT NOT NULL,
                    conclusion TEXT,
                    reason TEXT,
                    attempt_reason TEXT,
                    started_at REAL,
                    finished_at REAL,
                    PRIMARY KEY (run_id, attempt)
                ) STRICT, WITHOUT ROWID;
                CREATE TRIGGER runs_next_attempt AFTER UPDATE OF attempt ON runs WHEN NEW.attempt > OLD.attempt BEGIN
                    INSERT INTO attempts(run_id, attempt, status, conclusion, reason, attempt_reason, started_at, finished_at)
                    VALUES (OLD.id, OLD.attempt, OLD.status, OLD.conclusion, OLD.reason, OLD.attempt_reason, OLD.started_at,
                        OLD.finished_at);
                END;
                """)
    }

    /// Whether the newest attempt at a run shows what is said for debugging.
    static func addDebugLogging(_ database: Database) throws {
        try database.execute(sql: "ALTER TABLE runs ADD COLUMN is_debug INTEGER NOT NULL DEFAULT 0;")
    }

    /// What the newest runs of each pipeline on a branch are, without a look at those of other branches.
    static func indexWorkflowStates(_ database: Database) throws {
        try database.execute(
            sql: "CREATE INDEX runs_by_repository_workflow_branch ON runs(repository, workflow_path, branch);")
    }

    /// Whether a commit has a run.
    static func indexCommits(_ database: Database) throws {
        try database.execute(sql: "CREATE INDEX runs_by_repository_commit ON runs(repository, commit_id);")
    }

    /// Since when a remote has not answered.
    static func addFailingSince(_ database: Database) throws {
        try database.execute(sql: "ALTER TABLE remotes ADD COLUMN failing_since REAL;")
    }

    /// Who asked for the newest attempt, or had jobs of it run again.
    static func addAskers(_ database: Database) throws {
        try database.execute(sql: "ALTER TABLE runs ADD COLUMN askers TEXT NOT NULL DEFAULT '[]';")
    }
}
