internal import GRDB

extension Schema {
    /// Why steps failed, where that is known by name. A diagnosis is shown as a whole, so it is stored as one.
    static func createDiagnoses(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE diagnoses (
                    id INTEGER PRIMARY KEY,
                    job_id INTEGER NOT NULL REFERENCES jobs(id) ON DELETE CASCADE,
                    rule TEXT NOT NULL,
                    diagnosis TEXT NOT NULL
                ) STRICT;
                CREATE INDEX diagnoses_by_job ON diagnoses(job_id);
                """)
    }
}
