internal import GRDB

extension Schema {
    /// The numbers of the reports of tests and coverage; what they say in detail is in files of the jobs' folders.
    ///
    /// A report is compared with those of the same name, of the same job of the same pipeline on the same branch: what that takes
    /// is kept with it, so that a trend is read from one index.
    static func createReports(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE reports (
                    id INTEGER PRIMARY KEY,
                    job_id INTEGER NOT NULL REFERENCES jobs(id) ON DELETE CASCADE,
                    run_id INTEGER NOT NULL,
                    number INTEGER NOT NULL,
                    repository TEXT NOT NULL,
                    workflow_path TEXT NOT NULL,
                    branch TEXT,
                    job_name TEXT NOT NULL,
                    name TEXT NOT NULL,
                    format TEXT NOT NULL,
                    tests TEXT,
                    coverage TEXT,
                    failures TEXT NOT NULL,
                    is_cut INTEGER NOT NULL,
                    created_at REAL NOT NULL,
                    UNIQUE (job_id, number)
                ) STRICT;
                CREATE INDEX reports_by_series ON reports(repository, workflow_path, branch, job_name, name, format, run_id);
                """)
    }
}
