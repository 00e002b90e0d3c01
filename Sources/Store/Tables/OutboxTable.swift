internal import FoundationEssentials
internal import GRDB

/// `outbox` and `outbox_targets`.
enum OutboxTable {
    private static let columns = """
        id, target, lane, event, delivery, run_id, repository, content, state, created_at, due_at, expires_at, tries, answer, \
        finished_at
        """

    @discardableResult
    static func insert(_ message: OutboxMessage, _ database: Database) throws -> Int64 {
        try database.change(
            """
            INSERT INTO outbox(target, lane, event, delivery, run_id, repository, content, state, created_at, due_at, expires_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                message.target, message.lane, message.event, message.delivery, message.runID, message.repository, message.content,
                message.state.rawValue, message.createdAt.databaseSeconds, message.dueAt.databaseSeconds,
                message.expiresAt.databaseSeconds,
            ])
        return database.lastInsertedRowID
    }

    static func removePending(inLane lane: String, _ database: Database) throws {
        try database.change("DELETE FROM outbox WHERE lane = ? AND state = 'pending'", [lane])
    }

    static func message(_ id: Int64, _ database: Database) throws -> OutboxMessage? {
        try database.row("SELECT \(columns) FROM outbox WHERE id = ?", [id], decode: message(from:))
    }

    /// The next message to a target, perhaps of a later moment: the first of its lane, and of these the one that is due first.
    static func next(for target: String, _ database: Database) throws -> OutboxMessage? {
        try database.row(
            """
            SELECT \(columns) FROM outbox INDEXED BY outbox_due WHERE target = ? AND state = 'pending' AND NOT EXISTS (
                SELECT 1 FROM outbox AS older INDEXED BY outbox_lanes
                WHERE older.lane = outbox.lane AND older.state = 'pending' AND older.id < outbox.id)
            ORDER BY due_at LIMIT 1
            """, [target], decode: message(from:))
    }

    static func newest(for target: String, limit: Int, _ database: Database) throws -> [OutboxMessage] {
        try database.rows(
            "SELECT \(columns) FROM outbox INDEXED BY outbox_by_target WHERE target = ? ORDER BY id DESC LIMIT ?",
            [target, limit], decode: message(from:))
    }

    static func finish(
        _ id: Int64, _ state: OutboxMessage.State, _ answer: String, at date: Date, _ database: Database
    ) throws {
        try database.change(
            "UPDATE outbox SET state = ?, answer = ?, tries = tries + 1, finished_at = ? WHERE id = ?",
            [state.rawValue, answer, date.databaseSeconds, id])
    }

    static func postpone(_ id: Int64, _ answer: String, until date: Date, _ database: Database) throws {
        try database.change(
            "UPDATE outbox SET answer = ?, tries = tries + 1, due_at = ? WHERE id = ?", [answer, date.databaseSeconds, id])
    }

    static func makeDue(_ target: String, at date: Date, _ database: Database) throws {
        try database.change(
            """
            UPDATE outbox INDEXED BY outbox_due SET due_at = ? WHERE target = ? AND state = 'pending' AND due_at > ?
            """, [date.databaseSeconds, target, date.databaseSeconds])
    }

    /// Gives up what is too old, and forgets what has ended before a moment.
    ///
    /// - Returns: the targets of what was given up.
    static func tidy(at now: Date, endedBefore: Date, _ database: Database) throws -> [String] {
        let targets = try database.rows(
            "SELECT target FROM outbox INDEXED BY outbox_expiring WHERE state = 'pending' AND expires_at <= ?",
            [now.databaseSeconds]
        ) { try $0.decode(String.self, atIndex: 0) }
        try database.change(
            """
            UPDATE outbox INDEXED BY outbox_expiring
            SET state = 'failed', finished_at = ?, answer = 'given up: ' || coalesce(answer, 'nobody took it')
            WHERE state = 'pending' AND expires_at <= ?
            """, [now.databaseSeconds, now.databaseSeconds])
        try database.change(
            "DELETE FROM outbox INDEXED BY outbox_finished WHERE state <> 'pending' AND finished_at < ?",
            [endedBefore.databaseSeconds])
        return targets
    }

    private static func message(from row: Row) throws -> OutboxMessage {
        var columns = ColumnReader(row, of: "outbox")
        return OutboxMessage(
            id: try columns.next(), target: try columns.next(), lane: try columns.next(), event: try columns.next(),
            delivery: try columns.next(), runID: try columns.next(), repository: try columns.next(), content: try columns.next(),
            state: try columns.word(), createdAt: try columns.date(), dueAt: try columns.date(), expiresAt: try columns.date(),
            tries: try columns.next(), answer: try columns.next(), finishedAt: try columns.dateIfAny())
    }

    // MARK: - Targets

    static func troubles(_ database: Database) throws -> [OutboxTrouble] {
        try database.rows(
            "SELECT target, failures, is_unauthorized, error, failing_since, resumes_at FROM outbox_targets ORDER BY target", [],
            decode: trouble(from:))
    }

    static func trouble(of target: String, _ database: Database) throws -> OutboxTrouble? {
        try database.row(
            "SELECT target, failures, is_unauthorized, error, failing_since, resumes_at FROM outbox_targets WHERE target = ?",
            [target], decode: trouble(from:))
    }

    static func setTrouble(
        of target: String, _ error: String, isUnauthorized: Bool, resumesAt: Date, at now: Date, _ database: Database
    ) throws {
        try database.change(
            """
            INSERT INTO outbox_targets(target, failures, is_unauthorized, error, failing_since, resumes_at)
            VALUES (?, 1, ?, ?, ?, ?)
            ON CONFLICT (target) DO UPDATE SET failures = failures + 1, is_unauthorized = excluded.is_unauthorized,
                error = excluded.error, resumes_at = excluded.resumes_at
            """, [target, isUnauthorized, error, now.databaseSeconds, resumesAt.databaseSeconds])
    }

    /// What the target does not take is told until it takes something; what else there is for it does not wait.
    static func setRefusal(of target: String, _ error: String, at now: Date, _ database: Database) throws {
        try database.change(
            """
            INSERT INTO outbox_targets(target, failures, is_unauthorized, error, failing_since, resumes_at)
            VALUES (?, 0, 0, ?, ?, ?)
            ON CONFLICT (target) DO UPDATE SET failures = 0, is_unauthorized = 0, error = excluded.error,
                resumes_at = excluded.resumes_at
            """, [target, error, now.databaseSeconds, now.databaseSeconds])
    }

    static func clearTrouble(of target: String, _ database: Database) throws {
        try database.change("DELETE FROM outbox_targets WHERE target = ?", [target])
    }

    private static func trouble(from row: Row) throws -> OutboxTrouble {
        var columns = ColumnReader(row, of: "outbox_targets")
        return OutboxTrouble(
            target: try columns.next(), failures: try columns.next(), isUnauthorized: try columns.next(),
            error: try columns.next(), since: try columns.date(), resumesAt: try columns.date())
    }
}
