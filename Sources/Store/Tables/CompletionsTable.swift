internal import GRDB
internal import Plan

/// `completions`, kept by the schema's triggers, and the counts of what is unfinished.
enum CompletionsTable {
    static func counts(of kind: String, _ database: Database) throws -> [Conclusion: Int] {
        try counts("SELECT conclusion, count FROM completions WHERE kind = ?", [kind], database)
    }

    static func unfinished(in table: String, _ database: Database) throws -> [Status: Int] {
        try counts(
            """
            SELECT status, count(*) FROM \(table) INDEXED BY \(table)_unfinished WHERE status <> 'completed'
            GROUP BY status
            """, [], database)
    }

    private static func counts<Word: RawRepresentable & Hashable>(
        _ sql: String, _ arguments: StatementArguments, _ database: Database
    ) throws -> [Word: Int] where Word.RawValue == String {
        let counts = try database.rows(sql, arguments) { row in
            var columns = ColumnReader(row, of: "completions")
            return (Word(rawValue: try columns.next()), try columns.next() as Int)
        }
        // A word that is not known is a completion without a conclusion, which no caller of ours makes.
        return counts.reduce(into: [:]) { result, count in
            if let word = count.0 { result[word] = count.1 }
        }
    }
}
