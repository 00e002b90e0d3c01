internal import GRDB

extension Schema {
    /// What gates decided, and what they measured. Both go with their run.
    ///
    /// The gates of a name on a branch are one index, newest last; each brings its metrics, so that many series are read at once.
    static func createGates(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE gates (
                    id INTEGER PRIMARY KEY,
                    job_id INTEGER NOT NULL REFERENCES jobs(id) ON DELETE CASCADE,
                    run_id INTEGER NOT NULL,
                    number INTEGER NOT NULL,
                    repository TEXT NOT NULL,
                    workflow_path TEXT NOT NULL,
                    branch TEXT,
                    name TEXT NOT NULL,
                    outcome TEXT NOT NULL,
                    checks TEXT NOT NULL,
                    baseline TEXT,
                    notes TEXT NOT NULL,
                    created_at REAL NOT NULL,
                    UNIQUE (job_id, number)
                ) STRICT;
                CREATE INDEX gates_by_run ON gates(run_id, name, id);
                CREATE INDEX gates_by_repository ON gates(repository, name, branch, run_id);
                CREATE TABLE metrics (
                    gate_id INTEGER NOT NULL REFERENCES gates(id) ON DELETE CASCADE,
                    place INTEGER NOT NULL,
                    name TEXT NOT NULL,
                    slice TEXT,
                    value REAL NOT NULL,
                    PRIMARY KEY (gate_id, place)
                ) STRICT, WITHOUT ROWID;
                CREATE INDEX deployments_that_succeeded ON deployments(repository, id) WHERE status = 'succeeded';
                """)
    }

    /// The series that a run's gates belong to: its branch, or all tags, or all pull requests, which have no next run of their own.
    static let seriesOfRun =
        "coalesce(runs.branch, CASE WHEN runs.ref LIKE 'refs/tags/%' THEN 'refs/tags' ELSE 'refs/pull' END)"

    static func keepGatesWithoutBranch(_ database: Database) throws {
        try database.execute(
            sql: "UPDATE gates SET branch = (SELECT \(seriesOfRun) FROM runs WHERE runs.id = run_id) WHERE branch IS NULL")
    }

    /// Gates of one name in several jobs, or several in one, are series of their own.
    static func tellGatesOfJobsApart(_ database: Database) throws {
        try database.execute(
            sql: """
                ALTER TABLE gates ADD COLUMN job TEXT NOT NULL DEFAULT '';
                ALTER TABLE gates ADD COLUMN place INTEGER NOT NULL DEFAULT 1;
                UPDATE gates SET job = coalesce((SELECT jobs.name FROM jobs WHERE jobs.id = gates.job_id), ''),
                    place = 1 + (SELECT count(*) FROM gates AS others
                        WHERE others.job_id = gates.job_id AND others.name = gates.name AND others.number < gates.number);
                CREATE INDEX gates_by_series ON gates(repository, name, job, place, branch, run_id);
                """)
    }

    /// What a job did not wait for is deployed, too.
    static func indexStandingDeployments(_ database: Database) throws {
        try database.execute(
            sql: """
                DROP INDEX deployments_that_succeeded;
                CREATE INDEX deployments_that_took_hold ON deployments(repository, id) WHERE status IN ('succeeded', 'begun');
                """)
    }
}
