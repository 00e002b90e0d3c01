internal import GRDB

extension Schema {
    /// The words of runs. What is indexed stays in `runs`: the index has no copy of it, and follows it by triggers, so that no
    /// writer of runs can forget it.
    static func createRunSearch(_ database: Database) throws {
        let columns = "title, repository, workflow, workflow_path, branch, actor, event, commit_id, number"
        let (old, new) = (prefixed("OLD", columns), prefixed("NEW", columns))
        let removal = "INSERT INTO runs_text(runs_text, rowid, \(columns)) VALUES ('delete', OLD.id, \(old));"
        let insertion = "INSERT INTO runs_text(rowid, \(columns)) VALUES (NEW.id, \(new));"
        try database.execute(
            sql: """
                CREATE VIRTUAL TABLE runs_text USING fts5(\(columns), content = 'runs', content_rowid = 'id', columnsize = 0,
                    tokenize = 'unicode61 remove_diacritics 2');
                INSERT INTO runs_text(runs_text) VALUES ('rebuild');
                CREATE TRIGGER runs_text_inserted AFTER INSERT ON runs BEGIN \(insertion) END;
                CREATE TRIGGER runs_text_removed AFTER DELETE ON runs BEGIN \(removal) END;
                CREATE TRIGGER runs_text_changed AFTER UPDATE OF title ON runs WHEN OLD.title <> NEW.title BEGIN
                    \(removal) \(insertion)
                END;
                """)
    }

    private static func prefixed(_ row: String, _ columns: String) -> String {
        columns.split(separator: ", ").map { "\(row).\($0)" }.joined(separator: ", ")
    }

    /// The newest reports of tests of a repository.
    static func indexReports(_ database: Database) throws {
        try database.execute(
            sql: "CREATE INDEX reports_by_repository ON reports(repository) WHERE tests IS NOT NULL;")
    }

    /// The audit trail by who, what and on what.
    static func indexAudit(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE INDEX audit_by_actor ON audit(actor);
                CREATE INDEX audit_by_action ON audit(action);
                CREATE INDEX audit_by_subject ON audit(subject);
                """)
    }
}
