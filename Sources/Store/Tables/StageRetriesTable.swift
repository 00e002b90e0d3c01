internal import GRDB

/// `stage_retries`.
enum StageRetriesTable {
    static func insert(_ run: Int64, _ database: Database) throws {
        try database.change("INSERT INTO stage_retries(run_id) VALUES (?) ON CONFLICT DO NOTHING", [run])
    }

    /// - Returns: whether it was there.
    @discardableResult
    static func remove(_ run: Int64, _ database: Database) throws -> Bool {
        try database.change("DELETE FROM stage_retries WHERE run_id = ?", [run])
        return database.changesCount > 0
    }

    static func all(_ database: Database) throws -> [Int64] {
        try database.rows("SELECT run_id FROM stage_retries ORDER BY run_id", []) { row in
            try row.decode(Int64.self, atIndex: 0)
        }
    }
}
