internal import GRDB

extension Schema {
    /// What is told to others: what happened, and the messages made of it until they are delivered.
    ///
    /// What happened is written by triggers in the transaction in which it happened, so that a crash loses none; and only of
    /// repositories of which somebody is told, so that it costs the others nothing.
    static func createOutbox(_ database: Database) throws {
        try database.execute(
            sql: """
                ALTER TABLE repositories ADD COLUMN is_told INTEGER NOT NULL DEFAULT 0;

                CREATE TABLE occurrences (
                    id INTEGER PRIMARY KEY AUTOINCREMENT,
                    kind TEXT NOT NULL,
                    run_id INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
                    job_id INTEGER,
                    deployment_id INTEGER,
                    attempt INTEGER NOT NULL,
                    status TEXT NOT NULL,
                    conclusion TEXT,
                    reason TEXT,
                    happened_at REAL NOT NULL
                ) STRICT;
                CREATE INDEX occurrences_by_run ON occurrences(run_id);

                CREATE TABLE outbox (
                    id INTEGER PRIMARY KEY AUTOINCREMENT,
                    target TEXT NOT NULL,
                    lane TEXT NOT NULL,
                    event TEXT NOT NULL,
                    delivery TEXT NOT NULL,
                    run_id INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
                    repository TEXT NOT NULL,
                    content TEXT NOT NULL,
                    state TEXT NOT NULL,
                    created_at REAL NOT NULL,
                    due_at REAL NOT NULL,
                    expires_at REAL NOT NULL,
                    tries INTEGER NOT NULL DEFAULT 0,
                    answer TEXT,
                    finished_at REAL
                ) STRICT;
                CREATE INDEX outbox_due ON outbox(target, due_at) WHERE state = 'pending';
                CREATE INDEX outbox_lanes ON outbox(lane, id) WHERE state = 'pending';
                CREATE INDEX outbox_expiring ON outbox(expires_at) WHERE state = 'pending';
                CREATE INDEX outbox_finished ON outbox(finished_at) WHERE state <> 'pending';
                CREATE INDEX outbox_by_target ON outbox(target, id);
                CREATE INDEX outbox_by_run ON outbox(run_id);

                -- Who does not take messages at the moment; one who does has no row.
                CREATE TABLE outbox_targets (
                    target TEXT PRIMARY KEY,
                    failures INTEGER NOT NULL,
                    is_unauthorized INTEGER NOT NULL,
                    error TEXT NOT NULL,
                    failing_since REAL NOT NULL,
                    resumes_at REAL NOT NULL
                ) STRICT, WITHOUT ROWID;
                """)
        try tellOfRuns(database)
        try tellOfJobs(database)
        try tellOfDeployments(database)
    }

    private static func tellOfRuns(_ database: Database) throws {
        func tell(_ name: String, _ kind: String, after change: String, when condition: String) throws {
            try database.execute(
                sql: """
                    CREATE TRIGGER runs_occur_\(name) AFTER \(change) ON runs WHEN \(condition)
                    AND EXISTS (SELECT 1 FROM repositories WHERE name = NEW.repository AND is_told) BEGIN
                        INSERT INTO occurrences(kind, run_id, attempt, status, conclusion, reason, happened_at)
                        VALUES ('\(kind)', NEW.id, NEW.attempt, NEW.status, NEW.conclusion, NEW.reason, \(moment));
                    END;
                    """)
        }
        try tell("queued", "run.queued", after: "INSERT", when: "NEW.status <> 'completed'")
        try tell("again", "run.queued", after: "UPDATE OF attempt", when: "NEW.attempt > OLD.attempt")
        try tell(
            "started", "run.started", after: "UPDATE OF status", when: "NEW.status = 'running' AND OLD.status <> 'running'")
        try tell(
            "completed", "run.completed", after: "UPDATE OF status",
            when: "NEW.status = 'completed' AND OLD.status <> 'completed'")
        try tell("refused", "run.completed", after: "INSERT", when: "NEW.status = 'completed'")
    }

    private static func tellOfJobs(_ database: Database) throws {
        func tell(_ name: String, _ kind: String, after change: String, when condition: String) throws {
            try database.execute(
                sql: """
                    CREATE TRIGGER jobs_occur_\(name) AFTER \(change) ON jobs WHEN \(condition)
                    AND EXISTS (SELECT 1 FROM runs JOIN repositories ON name = repository WHERE runs.id = NEW.run_id AND is_told)
                    BEGIN
                        INSERT INTO occurrences(kind, run_id, job_id, attempt, status, conclusion, reason, happened_at)
                        VALUES ('\(kind)', NEW.run_id, NEW.id, NEW.attempt, NEW.status, NEW.conclusion, NEW.reason, \(moment));
                    END;
                    """)
        }
        try tell(
            "started", "job.started", after: "UPDATE OF status", when: "NEW.status = 'running' AND OLD.status <> 'running'")
        try tell(
            "completed", "job.completed", after: "UPDATE OF status",
            when: "NEW.status = 'completed' AND OLD.status <> 'completed'")
        // What was taken over from an earlier attempt ended there.
        try tell(
            "ended", "job.completed", after: "INSERT", when: "NEW.status = 'completed' AND NEW.reused_from IS NULL")
        try tell(
            "asked", "approval.requested", after: "UPDATE OF approval",
            when: """
                NEW.status = 'waiting' AND NEW.approval IS NOT NULL AND json_extract(NEW.approval, '$.answer') IS NULL
                AND (OLD.approval IS NULL OR json_extract(OLD.approval, '$.answer') IS NOT NULL)
                """)
        try tell(
            "answered", "approval.answered", after: "UPDATE OF approval",
            when: """
                json_extract(NEW.approval, '$.answer') IS NOT NULL AND json_extract(coalesce(OLD.approval, '{}'), '$.answer') IS NULL
                """)
    }

    private static func tellOfDeployments(_ database: Database) throws {
        try tell(of: "deployment", in: "deployments", idColumn: "deployment_id", database)
    }

    static func tellOfEnvironments(_ database: Database) throws {
        try tell(of: "environment", in: "environment_deployments", idColumn: nil, database)
    }

    /// Of what begins and ends in a row of a table.
    ///
    /// - Parameters:
    ///   - kind: what the kinds of the occurrences begin with.
    ///   - idColumn: of the occurrence, which gets the row's id; nil: the job's says enough.
    private static func tell(of kind: String, in table: String, idColumn: String?, _ database: Database) throws {
        func tell(_ name: String, _ end: String, after change: String, when condition: String) throws {
            let (column, value) = idColumn.map { (", \($0)", ", NEW.id") } ?? ("", "")
            try database.execute(
                sql: """
                    CREATE TRIGGER \(table)_occur_\(name) AFTER \(change) ON \(table) WHEN \(condition)
                    AND EXISTS (SELECT 1 FROM repositories WHERE name = NEW.repository AND is_told) BEGIN
                        INSERT INTO occurrences(kind, run_id, job_id\(column), attempt, status, reason, happened_at)
                        SELECT '\(kind).\(end)', NEW.run_id, NEW.job_id\(value), runs.attempt, NEW.status, NEW.reason, \(moment)
                        FROM runs WHERE runs.id = NEW.run_id;
                    END;
                    """)
        }
        try tell("started", "started", after: "INSERT", when: "NEW.status = 'running'")
        try tell("begun", "completed", after: "INSERT", when: "NEW.status <> 'running'")
        try tell(
            "completed", "completed", after: "UPDATE OF status", when: "NEW.status <> 'running' AND NEW.status <> OLD.status")
    }

    /// Now, as the tables hold dates.
    private static let moment = "(julianday('now') - 2451910.5) * 86400.0"
}
