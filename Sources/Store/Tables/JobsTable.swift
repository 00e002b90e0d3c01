internal import Expressions
internal import FoundationEssentials
internal import GRDB
internal import Plan

/// `jobs`: every attempt at every job.
enum JobsTable {
    static let columns = """
        id, run_id, key, caller_id, position, name, attempt, matrix, cell_index, cell_count, needs, status, conclusion, \
        reason, created_at, started_at, finished_at, outputs, continues_on_error, cancel_requested, reused_from, \
        call_inputs, claims, lost_tries, approval, environment, repeated_tries, pause
        """

    static func insert(_ job: Job, _ database: Database) throws -> Int64 {
        try database.change(
            """
            INSERT INTO jobs(run_id, key, name, attempt, matrix, cell_index, cell_count, needs, status, conclusion, reason,
                created_at, started_at, finished_at, outputs, continues_on_error, cancel_requested, reused_from, caller_id,
                position, call_inputs, claims, lost_tries, approval, environment, repeated_tries)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                job.runID, job.key, job.name, job.attempt, job.matrix.map(JSONText.encode), job.cellIndex, job.cellCount,
                try JSONText.encode(job.needs), job.status.rawValue, job.conclusion?.rawValue, job.reason,
                job.createdAt.databaseSeconds, job.startedAt?.databaseSeconds, job.finishedAt?.databaseSeconds,
                JSONText.encode(job.outputs), job.continuesOnError, job.cancelRequested, job.reusedFrom, job.callerID,
                job.position, job.callInputs.map(JSONText.encode), try JSONText.encode(job.claims),
                try JSONText.encode(job.lostTries), try approval(of: job), try environment(of: job),
                try JSONText.encode(job.repeatedTries),
            ])
        return database.lastInsertedRowID
    }

    /// What may change of a job: not what it is made as, of which its matrix is the longest to write. Outputs that the journal
    /// has brought stay where the job given here has none.
    static func update(_ job: Job, _ database: Database) throws {
        let outputs = job.outputs.isEmpty ? nil : JSONText.encode(job.outputs)
        try database.change(
            """
            UPDATE jobs SET name = ?, status = ?, conclusion = ?, reason = ?, started_at = ?, finished_at = ?,
                outputs = coalesce(?, outputs), continues_on_error = ?, cancel_requested = ?, call_inputs = ?, claims = ?,
                approval = ?, environment = ?, pause = CASE WHEN ? THEN NULL ELSE pause END
            WHERE id = ?
            """,
            [
                job.name, job.status.rawValue, job.conclusion?.rawValue, job.reason, job.startedAt?.databaseSeconds,
                job.finishedAt?.databaseSeconds, outputs, job.continuesOnError, job.cancelRequested,
                job.callInputs.map(JSONText.encode), try JSONText.encode(job.claims), try approval(of: job),
                try environment(of: job), job.status == .completed,
                job.id,
            ])
        guard database.changesCount == 1 else { throw RowRefusal.missing("job \(job.id)") }
    }

    /// - Returns: the run that the job belonged to.
    static func remove(_ id: Int64, _ database: Database) throws -> Int64 {
        guard let job = try job(id, database) else { throw RowRefusal.missing("job \(id)") }
        try database.change("DELETE FROM jobs WHERE id = ?", [id])
        return job.runID
    }

    /// Whether a run has a job of a name, in any attempt.
    static func has(_ name: String, ofRun run: Int64, _ database: Database) throws -> Bool {
        try database.row("SELECT 1 FROM jobs WHERE run_id = ? AND name = ? LIMIT 1", [run, name]) { _ in true } ?? false
    }

    static func job(_ id: Int64, _ database: Database) throws -> Job? {
        try database.row("SELECT \(columns) FROM jobs WHERE id = ?", [id], decode: job(from:))
    }

    static func all(ofRun id: Int64, _ database: Database) throws -> [Job] {
        try database.rows("SELECT \(columns) FROM jobs WHERE run_id = ? ORDER BY id", [id], decode: job(from:))
    }

    static func job(from row: Row) throws -> Job {
        var columns = ColumnReader(row, of: "jobs")
        return Job(
            id: try columns.next(), runID: try columns.next(), key: try columns.next(),
            callerID: try columns.next(), position: try columns.next(), name: try columns.next(),
            attempt: try columns.next(), matrix: try object(try columns.next()), cellIndex: try columns.next(),
            cellCount: try columns.next(), needs: try JSONText.decodeArray(try columns.next()),
            status: try columns.word(), conclusion: try columns.wordIfAny(), reason: try columns.next(),
            createdAt: try columns.date(), startedAt: try columns.dateIfAny(), finishedAt: try columns.dateIfAny(),
            outputs: try JSONText.decodeObject(try columns.next(), of: "jobs"), continuesOnError: try columns.next(),
            cancelRequested: try columns.next(), reusedFrom: try columns.next(),
            callInputs: try object(try columns.next()), claims: try JSONText.decodeArray(try columns.next()),
            lostTries: try JSONText.decodeArray(try columns.next()), approval: try approval(try columns.next()),
            environment: try environment(try columns.next()), repeatedTries: try JSONText.decodeArray(try columns.next()),
            pause: try pause(try columns.next()))
    }

    private static func object(_ text: String?) throws -> ExpressionObject? {
        try text.map { try JSONText.decodeObject($0, of: "jobs") }
    }

    private static func approval(of job: Job) throws -> String? { try job.approval.map(JSONText.encode(value:)) }

    private static func approval(_ text: String?) throws -> JobApproval? { try text.map { try JSONText.decode($0) } }

    private static func pause(_ text: String?) throws -> JobPause? { try text.map { try JSONText.decode($0) } }

    private static func environment(of job: Job) throws -> String? { try job.environment.map(JSONText.encode(value:)) }

    private static func environment(_ text: String?) throws -> JobEnvironment? { try text.map { try JSONText.decode($0) } }
}
