internal import GRDB
internal import Plan

extension JobsTable {
    /// As the index has it: those that were answered may wait for long yet, for a slot of their matrix or a timer.
    private static let awaits =
        "status = 'waiting' AND approval IS NOT NULL AND json_extract(approval, '$.answer') IS NULL"

    /// Jobs that asked for an approval and have no answer, the oldest first.
    static func awaitingApproval(after: Int64, limit: Int, _ database: Database) throws -> [Job] {
        try database.rows(
            "SELECT \(columns) FROM jobs INDEXED BY jobs_awaiting_answer WHERE \(awaits) AND id > ? ORDER BY id LIMIT ?",
            [after, limit], decode: job(from:))
    }

    static func countAwaitingApproval(_ database: Database) throws -> Int {
        try database.row("SELECT count(*) FROM jobs INDEXED BY jobs_awaiting_answer WHERE \(awaits)", []) { row in
            try row.decode(Int.self, atIndex: 0)
        } ?? 0
    }
}
