internal import GRDB

extension Schema {
    /// Plans and runs.
    ///
    /// An index's entries are ordered by id where its columns are equal, which is what lets every list of runs be read
    /// newest first without sorting. What is unfinished is few, whatever the history: those indexes hold only that.
    static func createRunTables(_ database: Database) throws {
        try database.execute(
            sql: """
                -- Runs of the same file share its plan: a history of 100,000 runs needs some dozens of them.
                CREATE TABLE plans (
                    id INTEGER PRIMARY KEY,
                    digest INTEGER NOT NULL,
                    plan TEXT NOT NULL
                ) STRICT;
                CREATE INDEX plans_by_digest ON plans(digest);

                CREATE TABLE runs (
                    id INTEGER PRIMARY KEY AUTOINCREMENT,
                    event_id INTEGER NOT NULL REFERENCES events(id),
                    plan_id INTEGER REFERENCES plans(id),
                    number INTEGER NOT NULL,
                    repository TEXT NOT NULL,
                    workflow TEXT NOT NULL,
                    workflow_path TEXT NOT NULL,
                    title TEXT NOT NULL,
                    event TEXT NOT NULL,
                    ref TEXT NOT NULL,
                    branch TEXT,
                    commit_id TEXT NOT NULL,
                    actor TEXT NOT NULL,
                    attempt INTEGER NOT NULL,
                    status TEXT NOT NULL,
                    conclusion TEXT,
                    reason TEXT,
                    cancel_reason TEXT,
                    created_at REAL NOT NULL,
                    started_at REAL,
                    finished_at REAL,
                    diagnostics TEXT NOT NULL
                ) STRICT;
                CREATE INDEX runs_by_event ON runs(event_id);
                CREATE INDEX runs_by_plan ON runs(plan_id);
                CREATE INDEX runs_by_repository ON runs(repository);
                CREATE INDEX runs_by_repository_branch ON runs(repository, branch);
                CREATE INDEX runs_by_repository_workflow ON runs(repository, workflow_path);
                CREATE INDEX runs_by_repository_conclusion ON runs(repository, conclusion);
                CREATE INDEX runs_by_branch ON runs(branch);
                CREATE INDEX runs_by_conclusion ON runs(conclusion);
                CREATE INDEX runs_unfinished ON runs(status) WHERE status <> 'completed';

                -- The highest number that a run of each pipeline file ever had: none comes again after a run is deleted.
                CREATE TABLE run_numbers (
                    repository TEXT NOT NULL,
                    workflow_path TEXT NOT NULL,
                    newest INTEGER NOT NULL,
                    PRIMARY KEY (repository, workflow_path)
                ) STRICT, WITHOUT ROWID;

                -- Runs that were deleted and whose folders may still be on the disk.
                CREATE TABLE removals (
                    run_id INTEGER PRIMARY KEY
                ) STRICT;
                """)
    }

    /// Jobs, their steps and annotations: they go with their run.
    static func createJobTables(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE jobs (
                    id INTEGER PRIMARY KEY AUTOINCREMENT,
                    run_id INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
                    key TEXT NOT NULL,
                    name TEXT NOT NULL,
                    attempt INTEGER NOT NULL,
                    matrix TEXT,
                    cell_index INTEGER NOT NULL,
                    cell_count INTEGER NOT NULL,
                    needs TEXT NOT NULL,
                    status TEXT NOT NULL,
                    conclusion TEXT,
                    reason TEXT,
                    created_at REAL NOT NULL,
                    started_at REAL,
                    finished_at REAL,
                    outputs TEXT NOT NULL,
                    continues_on_error INTEGER NOT NULL,
                    cancel_requested INTEGER NOT NULL,
                    reused_from INTEGER,
                    journal_offset INTEGER NOT NULL DEFAULT 0,
                    log_size INTEGER NOT NULL DEFAULT 0,
                    has_summary INTEGER NOT NULL DEFAULT 0
                ) STRICT;
                CREATE INDEX jobs_by_run ON jobs(run_id);
                CREATE INDEX jobs_unfinished ON jobs(status) WHERE status <> 'completed';

                CREATE TABLE steps (
                    job_id INTEGER NOT NULL REFERENCES jobs(id) ON DELETE CASCADE,
                    number INTEGER NOT NULL,
                    name TEXT NOT NULL,
                    status TEXT NOT NULL,
                    conclusion TEXT,
                    outcome TEXT,
                    exit_code INTEGER,
                    reason TEXT,
                    started_at REAL,
                    finished_at REAL,
                    log_from INTEGER,
                    log_to INTEGER,
                    PRIMARY KEY (job_id, number)
                ) STRICT, WITHOUT ROWID;

                CREATE TABLE annotations (
                    id INTEGER PRIMARY KEY,
                    job_id INTEGER NOT NULL REFERENCES jobs(id) ON DELETE CASCADE,
                    level TEXT NOT NULL,
                    message TEXT NOT NULL,
                    title TEXT,
                    file TEXT,
                    line INTEGER,
                    "column" INTEGER,
                    step INTEGER
                ) STRICT;
                CREATE INDEX annotations_by_job ON annotations(job_id);
                """)
    }
}
