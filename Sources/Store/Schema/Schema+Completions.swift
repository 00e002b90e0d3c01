internal import GRDB

extension Schema {
    /// How many runs and jobs ever ended how. Counted as they end, in the same transaction, since counting the history is
    /// a scan; and kept when history is deleted, since a counter that falls is none.
    ///
    /// A job that was taken over from an earlier attempt ended there.
    static func createCompletions(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE completions (
                    kind TEXT NOT NULL,
                    conclusion TEXT NOT NULL,
                    count INTEGER NOT NULL,
                    PRIMARY KEY (kind, conclusion)
                ) STRICT, WITHOUT ROWID;
                """)
        try countCompletions(of: "run", table: "runs", unlessTrue: "0", in: database)
        try countCompletions(of: "job", table: "jobs", unlessTrue: "NEW.reused_from IS NOT NULL", in: database)
    }

    private static func countCompletions(
        of kind: String, table: String, unlessTrue exception: String, in database: Database
    ) throws {
        let count = """
            INSERT INTO completions(kind, conclusion, count) VALUES ('\(kind)', coalesce(NEW.conclusion, ''), 1)
            ON CONFLICT (kind, conclusion) DO UPDATE SET count = count + 1;
            """
        try database.execute(
            sql: """
                CREATE TRIGGER \(table)_inserted_completed AFTER INSERT ON \(table)
                WHEN NEW.status = 'completed' AND NOT (\(exception)) BEGIN \(count) END;
                CREATE TRIGGER \(table)_completed AFTER UPDATE OF status ON \(table)
                WHEN NEW.status = 'completed' AND OLD.status <> 'completed' AND NOT (\(exception)) BEGIN \(count) END;
                """)
    }
}
