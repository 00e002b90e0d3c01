internal import FoundationEssentials
internal import GRDB
internal import Plan

/// `caches`.
enum CachesTable {
    private static let columns =
        "id, repository, ref, is_untrusted, key, version, size, digest, run_id, created_at, used_at"

    static func upsert(_ entry: CacheEntry, _ database: Database) throws {
        try database.change(
            """
            INSERT INTO caches(\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET used_at = excluded.used_at
            """,
            [
                entry.id, entry.repository, entry.scope.ref, entry.scope.isUntrusted, entry.key, entry.version, entry.size,
                entry.digest, entry.runID, entry.createdAt.databaseSeconds, entry.usedAt.databaseSeconds,
            ])
    }

    static func setUsed(_ id: Int64, at date: Date, _ database: Database) throws {
        try database.change("UPDATE caches SET used_at = max(used_at, ?) WHERE id = ?", [date.databaseSeconds, id])
    }

    static func remove(_ id: Int64, _ database: Database) throws {
        try database.change("DELETE FROM caches WHERE id = ?", [id])
    }

    static func entry(_ id: Int64, _ database: Database) throws -> CacheEntry? {
        try database.row("SELECT \(columns) FROM caches WHERE id = ?", [id], decode: entry(from:))
    }

    /// Those that were used last first.
    static func all(of repository: String, limit: Int, _ database: Database) throws -> [CacheEntry] {
        try database.rows(
            """
            SELECT \(columns) FROM caches INDEXED BY caches_by_repository
            WHERE repository = ? ORDER BY used_at DESC LIMIT ?
            """, [repository, limit], decode: entry(from:))
    }

    static func ids(of repository: String, _ database: Database) throws -> [Int64] {
        try database.rows("SELECT id FROM caches INDEXED BY caches_by_repository WHERE repository = ?", [repository]) { row in
            try row.decode(Int64.self, atIndex: 0)
        }
    }

    private static func entry(from row: Row) throws -> CacheEntry {
        var columns = ColumnReader(row, of: "caches")
        return CacheEntry(
            id: try columns.next(), repository: try columns.next(),
            scope: CacheScope(ref: try columns.next(), isUntrusted: try columns.next()), key: try columns.next(),
            version: try columns.next(), size: try columns.next(), digest: try columns.next(), runID: try columns.next(),
            createdAt: try columns.date(), usedAt: try columns.date())
    }
}
