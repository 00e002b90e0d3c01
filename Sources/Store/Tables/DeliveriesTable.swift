internal import FoundationEssentials
internal import GRDB

/// `deliveries`: webhooks that were acknowledged.
enum DeliveriesTable {
    /// - Returns: the new row's id; nil where the forge has sent the same delivery before.
    static func insert(_ delivery: WebhookDelivery, _ database: Database) throws -> Int64? {
        try database.change(
            """
            INSERT INTO deliveries(forge, repository, delivery_id, event_name, received_at, headers, body)
            VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (forge, repository, delivery_id) DO NOTHING
            """,
            [
                delivery.forge, delivery.repository, delivery.deliveryID, delivery.eventName,
                delivery.receivedAt.databaseSeconds, try JSONText.encode(value: delivery.headers), Data(delivery.body),
            ])
        return database.changesCount == 0 ? nil : database.lastInsertedRowID
    }

    private static let columns = "id, forge, delivery_id, event_name, repository, headers, body, received_at"

    static func pending(
        of repository: String, after id: Int64, limit: Int, _ database: Database
    ) throws -> [StoredDelivery] {
        try database.rows(
            """
            SELECT \(columns) FROM deliveries INDEXED BY deliveries_pending_by_repository
            WHERE outcome IS NULL AND repository = ? AND id > ? ORDER BY id LIMIT ?
            """, [repository, id, limit], decode: delivery)
    }

    /// Nil where it is finished, or was never there.
    static func pending(_ id: Int64, _ database: Database) throws -> StoredDelivery? {
        try database.row(
            "SELECT \(columns) FROM deliveries WHERE id = ? AND outcome IS NULL", [id], decode: delivery)
    }

    /// Without their bodies, the newest first.
    static func notes(of repository: String, limit: Int, _ database: Database) throws -> [PendingDelivery] {
        try database.rows(
            """
            SELECT id, forge, event_name, received_at FROM deliveries INDEXED BY deliveries_pending_by_repository
            WHERE outcome IS NULL AND repository = ? ORDER BY id DESC LIMIT ?
            """, [repository, limit]
        ) { row in
            var columns = ColumnReader(row, of: "deliveries")
            return PendingDelivery(
                id: try columns.next(), forge: try columns.next(), eventName: try columns.next(), receivedAt: try columns.date())
        }
    }

    private static func delivery(_ row: Row) throws -> StoredDelivery {
        var columns = ColumnReader(row, of: "deliveries")
        let id: Int64 = try columns.next()
        let delivery = WebhookDelivery(
            forge: try columns.next(), deliveryID: try columns.next(), eventName: try columns.next(),
            repository: try columns.next(), headers: try JSONText.decode(try columns.next()),
            body: [UInt8](try columns.next() as Data), receivedAt: try columns.date())
        return StoredDelivery(id: id, delivery: delivery)
    }

    static func isFinished(_ id: Int64, _ database: Database) throws -> Bool {
        try database.row("SELECT outcome IS NOT NULL FROM deliveries WHERE id = ?", [id]) { row in
            try row.decode(Bool.self, atIndex: 0)
        } ?? true
    }

    /// The first outcome stays.
    static func finish(_ id: Int64, outcome: String, _ database: Database) throws {
        try database.change(
            "UPDATE deliveries SET outcome = ?, body = NULL WHERE id = ? AND outcome IS NULL", [outcome, id])
    }

    static func outcome(of deliveryID: String, forge: String, repository: String, _ database: Database) throws -> String? {
        try database.row(
            "SELECT outcome FROM deliveries WHERE forge = ? AND repository = ? AND delivery_id = ?",
            [forge, repository, deliveryID]
        ) { row in try row.decode(String?.self, atIndex: 0) } ?? nil
    }

    static func pendingCount(_ database: Database) throws -> Int {
        try database.row(
            "SELECT count(*) FROM deliveries INDEXED BY deliveries_pending WHERE outcome IS NULL AND id > 0", []
        ) { row in try row.decode(Int.self, atIndex: 0) } ?? 0
    }

    static func prune(before date: Date, limit: Int, _ database: Database) throws {
        try database.change(
            """
            DELETE FROM deliveries WHERE id IN (
                SELECT id FROM deliveries WHERE received_at < ? AND outcome IS NOT NULL ORDER BY received_at LIMIT ?)
            """, [date.databaseSeconds, limit])
    }
}
