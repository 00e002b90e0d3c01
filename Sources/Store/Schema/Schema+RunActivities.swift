internal import GRDB

extension Schema {
    /// What happened to runs and is still to be told to the pipelines that follow runs (`workflow_run`).
    ///
    /// Written by triggers in the transaction of what happened, so that a crash loses none; and only of repositories that have
    /// such pipelines, so that it costs the others nothing. Refused runs never ran: nobody is told of them.
    static func createRunActivities(_ database: Database) throws {
        try database.execute(
            sql: """
                ALTER TABLE repositories ADD COLUMN follows_runs INTEGER NOT NULL DEFAULT 0;

                CREATE TABLE run_activities (
                    id INTEGER PRIMARY KEY AUTOINCREMENT,
                    run_id INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
                    repository TEXT NOT NULL,
                    activity TEXT NOT NULL,
                    attempt INTEGER NOT NULL,
                    conclusion TEXT
                ) STRICT;
                CREATE INDEX run_activities_by_repository ON run_activities(repository);
                CREATE INDEX run_activities_by_run ON run_activities(run_id);
                """)
        try tell("requested", after: "INSERT", when: "NEW.status <> 'completed'", in: database)
        try tell(
            "in_progress", after: "UPDATE OF status", when: "NEW.status = 'running' AND OLD.status <> 'running'", in: database)
        try tell(
            "completed", after: "UPDATE OF status", when: "NEW.status = 'completed' AND OLD.status <> 'completed'", in: database)
    }

    private static func tell(
        _ activity: String, after change: String, when condition: String, in database: Database
    ) throws {
        try database.execute(
            sql: """
                CREATE TRIGGER runs_tell_\(activity) AFTER \(change) ON runs WHEN \(condition)
                AND EXISTS (SELECT 1 FROM repositories WHERE name = NEW.repository AND follows_runs) BEGIN
                    INSERT INTO run_activities(run_id, repository, activity, attempt, conclusion)
                    VALUES (NEW.id, NEW.repository, '\(activity)', NEW.attempt, NEW.conclusion);
                END;
                """)
    }
}
