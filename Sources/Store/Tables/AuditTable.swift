internal import FoundationEssentials
internal import GRDB

/// `audit`.
enum AuditTable {
    static func insert(_ entry: AuditEntry, _ database: Database) throws {
        try database.change(
            "INSERT INTO audit(at, actor, action, subject, detail) VALUES (?, ?, ?, ?, ?)",
            [entry.at.databaseSeconds, entry.actor, entry.action, entry.subject, entry.detail])
    }

    /// Entries that one page compares with what its index does not answer.
    static let window = 5000
    private static let columns = "id, at, actor, action, subject, detail"

    static func page(_ filter: AuditFilter, _ database: Database) throws -> AuditEntries {
        // The fewest entries are those on one subject; then those of one person, then those of one action.
        let keys = [("subject", filter.subject), ("actor", filter.actor), ("action", filter.action)]
        let key = keys.first { $0.1 != nil }
        let condition = key.map { "INDEXED BY audit_by_\($0.0) WHERE \($0.0) = ? AND" } ?? "NOT INDEXED WHERE"
        var arguments: StatementArguments = []
        if let value = key?.1 { arguments += [value] }
        let before = try min(filter.before ?? .max, filter.to.map { try firstID(since: $0, database) } ?? .max)
        let cursor = try Row.fetchCursor(
            database.cachedStatement(sql: "SELECT \(columns) FROM audit \(condition) id < ? ORDER BY id DESC LIMIT ?"),
            arguments: arguments + [before, window])
        var (found, looked, last): ([AuditEntry], Int, Int64?) = ([], 0, nil)
        while let row = try cursor.next() {
            if found.count == filter.limit { return AuditEntries(entries: found, next: last) }
            let entry = try entry(from: row)
            if let from = filter.from, entry.at < from { return AuditEntries(entries: found, next: nil) }
            (looked, last) = (looked + 1, entry.id)
            let isWanted = zip(keys, [entry.subject, entry.actor, entry.action]).allSatisfy { $0.1 == nil || $0.1 == $1 }
            if isWanted { found.append(entry) }
        }
        return AuditEntries(entries: found, next: looked == window ? last : nil)
    }

    /// The id of the first entry that is not older; one above all where each is.
    private static func firstID(since date: Date, _ database: Database) throws -> Int64 {
        try database.row(
            "SELECT id FROM audit INDEXED BY audit_by_time WHERE at >= ? ORDER BY at LIMIT 1", [date.databaseSeconds]
        ) { row in try row.decode(Int64.self, atIndex: 0) } ?? .max
    }

    /// Read from the index word by word: how often each stands there costs nothing.
    static func actions(_ database: Database) throws -> [String] {
        var found: [String] = []
        while found.count < 200,
            let next = try database.row(
                "SELECT action FROM audit INDEXED BY audit_by_action WHERE action > ? ORDER BY action LIMIT 1",
                [found.last ?? ""], decode: { row in try row.decode(String.self, atIndex: 0) })
        { found.append(next) }
        return found
    }

    private static func entry(from row: Row) throws -> AuditEntry {
        var columns = ColumnReader(row, of: "audit")
        return AuditEntry(
            id: try columns.next(), at: try columns.date(), actor: try columns.next(), action: try columns.next(),
            subject: try columns.next(), detail: try columns.next())
    }

    static func prune(before date: Date, limit: Int, _ database: Database) throws {
        try database.change(
            "DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE at < ? ORDER BY at LIMIT ?)",
            [date.databaseSeconds, limit])
    }
}
