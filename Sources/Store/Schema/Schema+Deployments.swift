internal import GRDB

extension Schema {
    /// What services were given to run, as the jobs told it. Rows go with their run.
    static func createDeployments(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE deployments (
                    id INTEGER PRIMARY KEY,
                    run_id INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
                    job_id INTEGER NOT NULL,
                    repository TEXT NOT NULL,
                    commit_id TEXT NOT NULL,
                    region TEXT NOT NULL,
                    cluster TEXT NOT NULL,
                    service TEXT NOT NULL,
                    service_arn TEXT NOT NULL,
                    previous_task_definition TEXT,
                    task_definition TEXT NOT NULL,
                    images TEXT NOT NULL,
                    undoes INTEGER,
                    status TEXT NOT NULL,
                    reason TEXT,
                    started_at REAL NOT NULL,
                    finished_at REAL
                ) STRICT;
                CREATE INDEX deployments_by_run ON deployments(run_id);
                CREATE INDEX deployments_by_service ON deployments(service_arn, id);
                """)
    }

    /// What a container was made with, beside its image.
    static func addInputsOfContainers(_ database: Database) throws {
        try database.execute(sql: "ALTER TABLE deployments ADD COLUMN inputs TEXT")
    }

    /// What each service runs is found however often another one was deployed to.
    static func indexDeploymentsOfServices(_ database: Database) throws {
        try database.execute(
            sql: """
                DROP INDEX deployments_that_took_hold;
                CREATE INDEX deployments_of_services ON deployments(repository, service_arn, id)
                    WHERE status IN ('succeeded', 'begun') AND inputs IS NULL;
                """)
    }
}
