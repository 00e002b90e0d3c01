internal import GRDB

extension Schema {
    /// Calls of workflows, the places of jobs in their plan, and concurrency groups.
    static func addCallsAndClaims(_ database: Database) throws {
        try database.execute(
            sql: """
                ALTER TABLE jobs ADD COLUMN caller_id INTEGER;
                ALTER TABLE jobs ADD COLUMN position INTEGER NOT NULL DEFAULT 0;
                ALTER TABLE jobs ADD COLUMN call_inputs TEXT;
                ALTER TABLE jobs ADD COLUMN claims TEXT NOT NULL DEFAULT '[]';
                ALTER TABLE runs ADD COLUMN claims TEXT NOT NULL DEFAULT '[]';

                -- The jobs that are there stand in the order in which their keys first came.
                UPDATE jobs SET position =
                    (SELECT min(same.id) FROM jobs AS same WHERE same.run_id = jobs.run_id AND same.key = jobs.key)
                    - (SELECT min(first.id) FROM jobs AS first WHERE first.run_id = jobs.run_id);
                """)
    }

    /// Jobs that are tried again after their worker or the machine died.
    static func addLostTries(_ database: Database) throws {
        try database.execute(sql: "ALTER TABLE jobs ADD COLUMN lost_tries TEXT NOT NULL DEFAULT '[]';")
    }

    /// The tries at a job that ended before somebody had it run again, apart from those that were lost.
    static func addRepeatedTries(_ database: Database) throws {
        try database.execute(sql: "ALTER TABLE jobs ADD COLUMN repeated_tries TEXT NOT NULL DEFAULT '[]';")
    }
}
