internal import FoundationEssentials
internal import GRDB

/// `audit`.
enum AuditTable {
    static func insert(_ entry: AuditEntry, _ database: Database) throws {
        try database.change(
            "INSERT INTO audit(at, actor, action, subject, detail) VALUES (?, ?, ?, ?, ?)",
            [entry.at.databaseSeconds, entry.actor, entry.action, entry.subject, entry.detail])
    }

    static func newest(limit: Int, before: Int64, _ database: Database) throws -> [AuditEntry] {
        try database.rows(
            """
            SELECT id, at, actor, action, subject, detail FROM audit WHERE id < ? ORDER BY id DESC LIMIT ?
            """, [before, limit]
        ) { row in
            var columns = ColumnReader(row, of: "audit")
            return AuditEntry(
                id: try columns.next(), at: try columns.date(), actor: try columns.next(), action: try columns.next(),
                subject: try columns.next(), detail: try columns.next())
        }
    }

    static func prune(before date: Date, limit: Int, _ database: Database) throws {
        try database.change(
            "DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE at < ? ORDER BY at LIMIT ?)",
            [date.databaseSeconds, limit])
    }
}
