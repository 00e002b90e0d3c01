internal import FoundationEssentials
internal import GRDB

/// `secrets`.
enum SecretsTable {
    static func set(_ secret: SealedSecret, _ database: Database) throws {
        try database.change(
            """
            INSERT INTO secrets(scope, name, sealed, updated_at, updated_by) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (scope, name) DO UPDATE SET sealed = excluded.sealed, updated_at = excluded.updated_at,
                updated_by = excluded.updated_by
            """,
            [secret.scope, secret.name, Data(secret.sealed), secret.updatedAt.databaseSeconds, secret.updatedBy])
    }

    static func all(in scope: String, _ database: Database) throws -> [SealedSecret] {
        try database.rows(
            "SELECT scope, name, sealed, updated_at, updated_by FROM secrets WHERE scope = ? ORDER BY name", [scope]
        ) { row in
            var columns = ColumnReader(row, of: "secrets")
            return SealedSecret(
                scope: try columns.next(), name: try columns.next(), sealed: [UInt8](try columns.next() as Data),
                updatedAt: try columns.date(), updatedBy: try columns.next())
        }
    }

    static func scopes(_ database: Database) throws -> [String] {
        try database.rows("SELECT DISTINCT scope FROM secrets ORDER BY scope", []) { row in
            try row.decode(String.self, atIndex: 0)
        }
    }

    static func remove(_ name: String, in scope: String, _ database: Database) throws -> Bool {
        try database.change("DELETE FROM secrets WHERE scope = ? AND name = ?", [scope, name])
        return database.changesCount > 0
    }
}
