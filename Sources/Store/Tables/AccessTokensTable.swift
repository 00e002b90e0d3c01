internal import FoundationEssentials
internal import GRDB

/// `access_tokens`.
enum AccessTokensTable {
    private static let columns = """
        access_tokens.id, access_tokens.user_id, access_tokens.name, access_tokens.scopes, access_tokens.created_at,
        access_tokens.expires_at, access_tokens.revoked_at, access_tokens.used_at
        """

    static func insert(_ token: StoredToken, digest: [UInt8], _ database: Database) throws -> Int64 {
        try database.change(
            """
            INSERT INTO access_tokens(user_id, name, digest, scopes, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)
            """,
            [
                token.userID, token.name, Data(digest), try JSONText.encode(token.scopes.sorted()),
                token.createdAt.databaseSeconds, token.expiresAt?.databaseSeconds,
            ])
        return database.lastInsertedRowID
    }

    static func token(digest: [UInt8], _ database: Database) throws -> (StoredToken, StoredUser)? {
        try database.row(
            """
            SELECT \(UsersTable.columns), \(columns)
            FROM access_tokens JOIN users ON users.id = access_tokens.user_id WHERE access_tokens.digest = ?
            """, [Data(digest)]
        ) { row in (try token(row, from: UsersTable.width), try UsersTable.user(row)) }
    }

    static func token(_ id: Int64, _ database: Database) throws -> StoredToken? {
        try database.row("SELECT \(columns) FROM access_tokens WHERE id = ?", [id]) { try token($0) }
    }

    static func all(ofUser id: Int64, _ database: Database) throws -> [StoredToken] {
        try database.rows("SELECT \(columns) FROM access_tokens WHERE user_id = ? ORDER BY id", [id]) { try token($0) }
    }

    static func used(_ id: Int64, at date: Date, _ database: Database) throws {
        try database.change("UPDATE access_tokens SET used_at = ? WHERE id = ?", [date.databaseSeconds, id])
    }

    /// One that was revoked before keeps its date.
    static func revoke(_ id: Int64, at date: Date, _ database: Database) throws {
        try database.change(
            "UPDATE access_tokens SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL", [date.databaseSeconds, id])
    }

    private static func token(_ row: Row, from index: Int = 0) throws -> StoredToken {
        var columns = ColumnReader(row, of: "access_tokens", from: index)
        return StoredToken(
            id: try columns.next(), userID: try columns.next(), name: try columns.next(),
            scopes: Set(try JSONText.decodeArray(try columns.next()) as [String]), createdAt: try columns.date(),
            expiresAt: try columns.dateIfAny(), revokedAt: try columns.dateIfAny(), usedAt: try columns.dateIfAny())
    }
}
