internal import GRDB
internal import Plan

/// What is known of pushes: by it a push that is told again is recognised (`PushVerdict`).
extension EventsTable {
    static func newestPush(
        to commit: String, of ref: String, in repository: String, after id: Int64, _ database: Database
    ) throws -> PushVerdict.KnownPush? {
        try database.row(
            """
            SELECT id, settled FROM events INDEXED BY events_by_push
            WHERE name = 'push' AND repository = ? AND ref = ? AND commit_id = ? AND id > ? ORDER BY id DESC LIMIT 1
            """, [repository, ref, commit, id]
        ) { row in
            var columns = ColumnReader(row, of: "events")
            return PushVerdict.KnownPush(eventID: try columns.next(), isSettled: try columns.next())
        }
    }

    /// Whether the ref is known to have gone on from this commit: a push that started there is settled itself.
    static func wasLeft(
        _ commit: String, of ref: String, in repository: String, after id: Int64, _ database: Database
    ) throws -> Bool {
        try database.row(
            """
            SELECT 1 FROM events INDEXED BY events_by_start
            WHERE name = 'push' AND repository = ? AND ref = ? AND before_commit = ? AND id > ? AND settled LIMIT 1
            """, [repository, ref, commit, id]
        ) { _ in true } ?? false
    }

    /// The state has reached this push, and so has been through the unsettled ones that led to it.
    static func settle(_ id: Int64, _ database: Database) throws {
        var next: Int64? = id
        while let id = next {
            try database.change("UPDATE events SET settled = 1 WHERE id = ?", [id])
            next = try database.row(
                """
                SELECT earlier.id FROM events AS push JOIN events AS earlier INDEXED BY events_by_push
                ON earlier.name = 'push' AND earlier.repository = push.repository AND earlier.ref = push.ref
                    AND earlier.commit_id = push.before_commit AND earlier.settled = 0
                WHERE push.id = ? LIMIT 1
                """, [id]
            ) { row in try row.decode(Int64.self, atIndex: 0) }
        }
    }
}
