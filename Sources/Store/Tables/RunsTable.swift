internal import FoundationEssentials
internal import GRDB
internal import Plan

/// `runs`.
enum RunsTable {
    /// What `run(from:)` reads, in its order.
    static let columns = """
        id, event_id, number, repository, workflow, workflow_path, title, event, ref, commit_id, actor, attempt, status, \
        conclusion, reason, cancel_reason, created_at, started_at, finished_at, diagnostics, attempt_reason, claims, is_debug, \
        askers, pauses_on_failure
        """

    static func insert(_ run: Run, planID: Int64?, _ database: Database) throws -> Int64 {
        try database.change(
            """
            INSERT INTO runs(event_id, plan_id, number, repository, workflow, workflow_path, title, event, ref, branch,
                commit_id, actor, attempt, status, conclusion, reason, cancel_reason, created_at, started_at, finished_at,
                diagnostics, claims, attempt_reason, is_debug, askers, pauses_on_failure)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                run.eventID, planID, run.number, run.repository, run.workflow, run.workflowPath, run.title, run.event,
                run.ref, run.branch, run.commit, run.actor, run.attempt, run.status.rawValue, run.conclusion?.rawValue,
                run.reason, run.cancelReason, run.createdAt.databaseSeconds, run.startedAt?.databaseSeconds,
                run.finishedAt?.databaseSeconds,
                try JSONText.encode(run.diagnostics), try JSONText.encode(run.claims),
                run.attemptReason, run.isDebug, try JSONText.encode(run.askers), run.pausesOnFailure,
            ])
        return database.lastInsertedRowID
    }

    /// What may change of a run: all but what it was made from.
    static func update(_ run: Run, _ database: Database) throws {
        try database.change(
            """
            UPDATE runs SET title = ?, attempt = ?, status = ?, conclusion = ?, reason = ?, cancel_reason = ?,
                attempt_reason = ?, started_at = ?, finished_at = ?, diagnostics = ?, claims = ?,
                is_debug = ?, askers = ?, pauses_on_failure = ?
            WHERE id = ?
            """,
            [
                run.title, run.attempt, run.status.rawValue, run.conclusion?.rawValue, run.reason,
                run.cancelReason, run.attemptReason, run.startedAt?.databaseSeconds, run.finishedAt?.databaseSeconds,
                try JSONText.encode(run.diagnostics), try JSONText.encode(run.claims), run.isDebug,
                try JSONText.encode(run.askers), run.pausesOnFailure, run.id,
            ])
        guard database.changesCount == 1 else { throw RowRefusal.missing("run \(run.id)") }
    }

    static func oldest(_ database: Database) throws -> Run? {
        try database.row("SELECT \(columns) FROM runs NOT INDEXED WHERE id > 0 ORDER BY id LIMIT 1", [], decode: run(from:))
    }

    static func run(_ id: Int64, _ database: Database) throws -> Run? {
        try database.row("SELECT \(columns) FROM runs WHERE id = ?", [id], decode: run(from:))
    }

    static func unfinished(_ database: Database) throws -> [Run] {
        try database.rows(
            "SELECT \(columns) FROM runs INDEXED BY runs_unfinished WHERE status <> 'completed' ORDER BY id", [],
            decode: run(from:))
    }

    static func ids(ofEvent id: Int64, _ database: Database) throws -> [Int64] {
        try database.rows("SELECT id FROM runs WHERE event_id = ? ORDER BY id", [id]) { row in
            try row.decode(Int64.self, atIndex: 0)
        }
    }

    /// Whether a repository has a run of a branch, with a conclusion or any.
    static func has(
        _ branch: String, of repository: String, conclusion: Conclusion? = nil, _ database: Database
    ) throws -> Bool {
        try database.row(
            """
            SELECT id FROM runs INDEXED BY runs_by_repository_branch
            WHERE repository = ? AND branch = ? AND (? IS NULL OR conclusion = ?) LIMIT 1
            """, [repository, branch, conclusion?.rawValue, conclusion?.rawValue]
        ) { row in try row.decode(Int64.self, atIndex: 0) } != nil
    }

    static func hasRun(of repository: String, commit: String, _ database: Database) throws -> Bool {
        try database.row(
            "SELECT id FROM runs INDEXED BY runs_by_repository_commit WHERE repository = ? AND commit_id = ? LIMIT 1",
            [repository, commit]
        ) { row in try row.decode(Int64.self, atIndex: 0) } != nil
    }

    static func planID(ofRun id: Int64, _ database: Database) throws -> Int64? {
        try database.row("SELECT plan_id FROM runs WHERE id = ?", [id]) { row in
            try row.decode(Int64?.self, atIndex: 0)
        } ?? nil
    }

    static func repository(ofRun id: Int64, _ database: Database) throws -> String? {
        try database.row("SELECT repository FROM runs WHERE id = ?", [id]) { row in
            try row.decode(String.self, atIndex: 0)
        }
    }

    static func run(from row: Row) throws -> Run {
        var columns = ColumnReader(row, of: "runs")
        return Run(
            id: try columns.next(), eventID: try columns.next(), number: try columns.next(), repository: try columns.next(),
            workflow: try columns.next(), workflowPath: try columns.next(), title: try columns.next(),
            event: try columns.next(), ref: try columns.next(), commit: try columns.next(), actor: try columns.next(),
            attempt: try columns.next(), status: try columns.word(), conclusion: try columns.wordIfAny(),
            reason: try columns.next(), cancelReason: try columns.next(), createdAt: try columns.date(),
            startedAt: try columns.dateIfAny(), finishedAt: try columns.dateIfAny(),
            diagnostics: try JSONText.decodeArray(try columns.next()), attemptReason: try columns.next(),
            claims: try JSONText.decodeArray(try columns.next()), isDebug: try columns.next(),
            askers: try JSONText.decodeArray(try columns.next()), pausesOnFailure: try columns.next())
    }
}
