internal import FoundationEssentials
internal import GRDB

/// `sessions`.
enum SessionsTable {
    static func insert(_ digest: [UInt8], user: Int64, at date: Date, _ database: Database) throws {
        try database.change(
            "INSERT INTO sessions(digest, user_id, created_at, used_at) VALUES (?, ?, ?, ?)",
            [Data(digest), user, date.databaseSeconds, date.databaseSeconds])
    }

    static func session(_ digest: [UInt8], _ database: Database) throws -> StoredSession? {
        try database.row(
            """
            SELECT \(UsersTable.columns), sessions.created_at, sessions.used_at
            FROM sessions JOIN users ON users.id = sessions.user_id WHERE sessions.digest = ?
            """, [Data(digest)]
        ) { row in
            var columns = ColumnReader(row, of: "sessions", from: UsersTable.width)
            return StoredSession(user: try UsersTable.user(row), createdAt: try columns.date(), usedAt: try columns.date())
        }
    }

    static func used(_ digest: [UInt8], at date: Date, _ database: Database) throws {
        try database.change("UPDATE sessions SET used_at = ? WHERE digest = ?", [date.databaseSeconds, Data(digest)])
    }

    static func remove(_ digest: [UInt8], _ database: Database) throws {
        try database.change("DELETE FROM sessions WHERE digest = ?", [Data(digest)])
    }

    static func remove(ofUser id: Int64, _ database: Database) throws {
        try database.change("DELETE FROM sessions WHERE user_id = ?", [id])
    }

    static func prune(unusedSince date: Date, _ database: Database) throws {
        try database.change("DELETE FROM sessions WHERE used_at < ?", [date.databaseSeconds])
    }
}
