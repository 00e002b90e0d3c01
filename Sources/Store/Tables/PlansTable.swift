internal import GRDB
internal import Plan

/// `plans`: each plan once, however many runs follow it.
enum PlansTable {
    static func id(of plan: RunPlan, _ database: Database) throws -> Int64 {
        let text = try JSONText.encode(value: plan)
        let digest = digest(of: text)
        let known = try database.row("SELECT id FROM plans WHERE digest = ? AND plan = ?", [digest, text]) { row in
            try row.decode(Int64.self, atIndex: 0)
        }
        if let known { return known }
        try database.change("INSERT INTO plans(digest, plan) VALUES (?, ?)", [digest, text])
        return database.lastInsertedRowID
    }

    static func plan(_ id: Int64, _ database: Database) throws -> RunPlan? {
        try database.row("SELECT plan FROM plans WHERE id = ?", [id]) { row in
            try JSONText.decode(try row.decode(String.self, atIndex: 0))
        }
    }

    static func removeIfUnused(_ id: Int64, _ database: Database) throws {
        try database.change(
            "DELETE FROM plans WHERE id = ? AND NOT EXISTS (SELECT 1 FROM runs WHERE plan_id = plans.id)", [id])
    }

    /// FNV-1a: it only narrows the search, the texts are compared.
    private static func digest(of text: String) -> Int64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        return Int64(bitPattern: hash)
    }
}
