internal import GRDB

/// `reference_states`: where each ref stood when it was last looked at.
enum ReferencesTable {
    struct State {
        /// Nil: unknown, or deleted.
        var commit: String?
        /// Events up to this one belong to a former life of the ref.
        var deletedAfter: Int64
    }

    static func state(of ref: String, in repository: String, _ database: Database) throws -> State {
        try database.row(
            "SELECT commit_id, deleted_after FROM reference_states WHERE repository = ? AND ref = ?", [repository, ref]
        ) { row in
            var columns = ColumnReader(row, of: "reference_states")
            return State(commit: try columns.next(), deletedAfter: try columns.next())
        } ?? State(commit: nil, deletedAfter: 0)
    }

    static func all(of repository: String, _ database: Database) throws -> [String: String] {
        let states = try database.rows(
            "SELECT ref, commit_id FROM reference_states WHERE repository = ? AND commit_id IS NOT NULL", [repository]
        ) { row in
            var columns = ColumnReader(row, of: "reference_states")
            return (try columns.next() as String, try columns.next() as String)
        }
        return Dictionary(uniqueKeysWithValues: states)
    }

    /// Whether the remote had the ref once and has it no more.
    static func isGone(_ ref: String, of repository: String, _ database: Database) throws -> Bool {
        try database.row(
            "SELECT commit_id IS NULL FROM reference_states WHERE repository = ? AND ref = ?", [repository, ref]
        ) { row in try row.decode(Bool.self, atIndex: 0) } ?? false
    }

    static func set(_ state: ReferenceState, in repository: String, _ database: Database) throws {
        guard let commit = state.commit else { return try delete(state.ref, in: repository, database) }
        try database.change(
            """
            INSERT INTO reference_states(repository, ref, commit_id) VALUES (?, ?, ?)
            ON CONFLICT (repository, ref) DO UPDATE SET commit_id = excluded.commit_id
            """, [repository, state.ref, commit])
    }

    private static func delete(_ ref: String, in repository: String, _ database: Database) throws {
        try database.change(
            """
            UPDATE reference_states SET commit_id = NULL, deleted_after = (SELECT coalesce(max(id), 0) FROM events)
            WHERE repository = ? AND ref = ?
            """, [repository, ref])
    }
}
