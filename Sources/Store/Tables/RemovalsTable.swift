internal import GRDB

/// `removals`: runs that were deleted and whose folders may still be there.
enum RemovalsTable {
    static func insert(_ run: Int64, _ database: Database) throws {
        try database.change("INSERT INTO removals(run_id) VALUES (?) ON CONFLICT DO NOTHING", [run])
    }

    static func all(limit: Int, _ database: Database) throws -> [Int64] {
        try database.rows("SELECT run_id FROM removals ORDER BY run_id LIMIT ?", [limit]) { row in
            try row.decode(Int64.self, atIndex: 0)
        }
    }

    static func remove(_ run: Int64, _ database: Database) throws {
        try database.change("DELETE FROM removals WHERE run_id = ?", [run])
    }
}
