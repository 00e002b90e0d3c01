internal import GRDB
internal import Plan

/// `action_lock`.
enum ActionLockTable {
    private static let columns = "repository, reference, kind, commit_id, resolved_at, checked_at, current"

    static func set(_ entry: LockedReference, _ database: Database) throws {
        try database.change(
            """
            INSERT INTO action_lock(\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (repository, reference) DO UPDATE SET kind = excluded.kind, commit_id = excluded.commit_id,
                resolved_at = excluded.resolved_at, checked_at = excluded.checked_at, current = excluded.current
            """,
            [
                entry.repository, entry.reference, entry.kind.rawValue, entry.commit, entry.resolvedAt.databaseSeconds,
                entry.checkedAt.databaseSeconds, entry.current,
            ])
    }

    static func entry(_ repository: String, _ reference: String, _ database: Database) throws -> LockedReference? {
        try database.row(
            "SELECT \(columns) FROM action_lock WHERE repository = ? AND reference = ?", [repository, reference], decode: read)
    }

    static func entries(of repository: String, _ database: Database) throws -> [LockedReference] {
        try database.rows(
            "SELECT \(columns) FROM action_lock WHERE repository = ? ORDER BY reference", [repository], decode: read)
    }

    static func all(_ database: Database) throws -> [LockedReference] {
        try database.rows("SELECT \(columns) FROM action_lock ORDER BY repository, reference", [], decode: read)
    }

    private static func read(_ row: Row) throws -> LockedReference {
        var columns = ColumnReader(row, of: "action_lock")
        return LockedReference(
            repository: try columns.next(), reference: try columns.next(), kind: try columns.word(),
            commit: try columns.next(), resolvedAt: try columns.date(), checkedAt: try columns.date(),
            current: try columns.next())
    }
}
