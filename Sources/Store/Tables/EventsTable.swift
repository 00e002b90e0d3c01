internal import Expressions
internal import FoundationEssentials
internal import GRDB
internal import Plan

/// `events`: everything that was told, also what started nothing.
enum EventsTable {
    static func insert(_ outcome: TriggerOutcome, isSettled: Bool, _ database: Database) throws -> Int64 {
        let event = outcome.event
        try database.change(
            """
            INSERT INTO events(repository, name, activity, source, ref, commit_id, before_commit, base_branch, head_branch,
                actor, workflow, is_untrusted, received_at, settled, reason, skipped, inputs, payload)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                event.repository, event.name, event.activity, event.source.rawValue, event.ref, event.commit, event.before,
                event.baseBranch, event.headBranch, event.actor, event.workflow, event.isUntrusted,
                event.receivedAt.databaseSeconds, isSettled, outcome.reason, try JSONText.encode(outcome.skipped),
                JSONText.encode(event.inputs), event.payload.jsonText(),
            ])
        return database.lastInsertedRowID
    }

    static func event(_ id: Int64, _ database: Database) throws -> Event? {
        try database.row(
            """
            SELECT repository, name, activity, source, ref, commit_id, before_commit, base_branch, head_branch, actor,
                payload, inputs, workflow, is_untrusted, received_at FROM events WHERE id = ?
            """, [id], decode: event(from:))
    }

    static func inputs(ofRun id: Int64, _ database: Database) throws -> ExpressionObject {
        try database.row(
            "SELECT inputs FROM events WHERE id = (SELECT event_id FROM runs WHERE id = ?)", [id]
        ) { row in
            try JSONText.decodeObject(try row.decode(String.self, atIndex: 0), of: "events")
        } ?? ExpressionObject()
    }

    private static func event(from row: Row) throws -> Event {
        var columns = ColumnReader(row, of: "events")
        return Event(
            repository: try columns.next(), name: try columns.next(), activity: try columns.next(),
            source: try columns.word(), ref: try columns.next(), commit: try columns.next(), before: try columns.next(),
            baseBranch: try columns.next(), headBranch: try columns.next(), actor: try columns.next(),
            payload: try ExpressionValue(json: try columns.next()),
            inputs: try JSONText.decodeObject(try columns.next(), of: "events"), workflow: try columns.next(),
            isUntrusted: try columns.next(), receivedAt: try columns.date())
    }

    static func noteRepeat(of id: Int64, _ database: Database) throws {
        try database.change("UPDATE events SET repeats = repeats + 1 WHERE id = ?", [id])
    }

    /// Newest first; of all repositories where none is named.
    static func records(of repository: String?, before: Int64, limit: Int, _ database: Database) throws -> [TriggerRecord] {
        let columns = "id, repository, name, source, ref, commit_id, actor, received_at, reason, skipped, repeats"
        if let repository {
            return try database.rows(
                """
                SELECT \(columns) FROM events INDEXED BY events_by_repository
                WHERE repository = ? AND id < ? ORDER BY id DESC LIMIT ?
                """, [repository, before, limit]
            ) { row in try record(from: row, database) }
        }
        return try database.rows(
            "SELECT \(columns) FROM events NOT INDEXED WHERE id < ? ORDER BY id DESC LIMIT ?", [before, limit]
        ) { row in try record(from: row, database) }
    }

    private static func record(from row: Row, _ database: Database) throws -> TriggerRecord {
        var columns = ColumnReader(row, of: "events")
        let id: Int64 = try columns.next()
        return TriggerRecord(
            eventID: id, repository: try columns.next(), event: try columns.next(), source: try columns.word(),
            ref: try columns.next(), commit: try columns.next(), actor: try columns.next(), receivedAt: try columns.date(),
            reason: try columns.next(), skipped: try JSONText.decodeArray(try columns.next()),
            runIDs: try RunsTable.ids(ofEvent: id, database), repeats: try columns.next())
    }

    /// Events that have no run any more, or never had one.
    static func prune(before date: Date, limit: Int, _ database: Database) throws {
        try database.change(
            """
            DELETE FROM events WHERE id IN (
                SELECT id FROM events INDEXED BY events_by_time WHERE received_at < ?
                AND NOT EXISTS (SELECT 1 FROM runs WHERE runs.event_id = events.id) ORDER BY received_at LIMIT ?)
            """, [date.databaseSeconds, limit])
    }
}
