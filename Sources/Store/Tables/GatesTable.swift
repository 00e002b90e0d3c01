internal import FoundationEssentials
internal import GRDB
internal import Plan

/// `gates` and `metrics`.
enum GatesTable {
    static let columns = "id, job_id, run_id, job, place, number, name, outcome, checks, baseline, notes, created_at"

    /// A journal that is read again changes nothing.
    static func insert(_ gate: GateResult, job: Int64, _ database: Database) throws {
        try database.change(
            """
            INSERT INTO gates(job_id, run_id, job, place, number, repository, workflow_path, branch, name, outcome, checks, baseline,
                notes, created_at)
            SELECT jobs.id, runs.id, jobs.name,
                1 + (SELECT count(*) FROM gates AS others WHERE others.job_id = jobs.id AND others.name = ?), ?, runs.repository, runs.workflow_path, \(Schema.seriesOfRun), ?, ?, ?, ?, ?, ?
            FROM jobs JOIN runs ON runs.id = jobs.run_id WHERE jobs.id = ? ON CONFLICT DO NOTHING
            """,
            [
                gate.name, gate.number, gate.name, gate.outcome.rawValue, try JSONText.encode(gate.checks),
                try gate.baseline.map { try JSONText.encode(value: $0) }, try JSONText.encode(gate.notes),
                gate.createdAt.databaseSeconds, job,
            ])
        guard database.changesCount > 0 else { return }
        let id = database.lastInsertedRowID
        for (place, metric) in gate.metrics.enumerated() {
            try database.change(
                "INSERT INTO metrics(gate_id, place, name, slice, value) VALUES (?, ?, ?, ?, ?)",
                [id, place, metric.name, metric.slice, metric.value])
        }
    }

    // MARK: - Reading

    /// In the order of their steps.
    static func all(ofJob id: Int64, _ database: Database) throws -> [StoredGate] {
        try database.rows("SELECT \(columns) FROM gates WHERE job_id = ? ORDER BY number", [id], decode: gate(from:))
            .map { try withMetrics($0, database) }
    }

    /// The newest of a series that a run had when it deployed: a later attempt may have measured something else, and deployed nothing.
    static func newest(
        ofRun id: Int64, in series: GateSeries, before moment: DeploymentMoment, _ database: Database
    ) throws -> StoredGate? {
        try all(ofRun: id, named: series.gate, before: moment, limit: mostOfName, database)
            .first { $0.job == series.job && $0.place == series.place }.map { try withMetrics($0, database) }
    }

    /// Which of a run's gates of a name is the one of another run's job: that of the job of the same name, and among several in it the
    /// one of the same number; or the newest, where all are of one job.
    static func counterpart(
        ofRun id: Int64, named name: String, job: String, ofRun asking: Int64, number: Int, before moment: DeploymentMoment?,
        _ database: Database
    ) throws -> GateCounterpart {
        let gates = try all(ofRun: id, named: name, before: moment, limit: mostOfName, database)
        let own = gates.filter { $0.job == job }
        let jobs = Set(gates.map(\.job))
        // The job of another name is the same one renamed, unless the run that asks has that one, too.
        let isRenamed = try jobs.count <= 1 && !jobs.contains { try JobsTable.has($0, ofRun: asking, database) }
        guard !own.isEmpty || isRenamed else { return .ambiguous(jobs: jobs.sorted()) }
        let candidates = own.isEmpty ? gates : own
        let newest = candidates.filter { $0.jobID == candidates.first?.jobID }
        guard let chosen = newest.first(where: { $0.gate.number == number }) ?? newest.first else { return .none }
        let stored = try withMetrics(chosen, database)
        return stored.gate.metrics.isEmpty ? .none : .gate(stored)
    }

    /// As many as a matrix has cells, with some attempts.
    private static let mostOfName = 2000

    /// The newest first, without their metrics. Those before a deployment are of its own attempt, or were taken over into it: what a
    /// job measured that then ran again led to nothing.
    private static func all(
        ofRun id: Int64, named name: String, before moment: DeploymentMoment?, limit: Int, _ database: Database
    ) throws -> [StoredGate] {
        guard let moment else {
            return try database.rows(
                """
                SELECT \(columns) FROM gates INDEXED BY gates_by_run WHERE run_id = ? AND name = ? ORDER BY id DESC LIMIT ?
                """, [id, name, limit], decode: gate(from:))
        }
        return try database.rows(
            """
            SELECT \(columns) FROM gates INDEXED BY gates_by_run
            WHERE run_id = ? AND name = ? AND (created_at <= ? OR (? AND job_id = ?)) AND job_id IN (
                SELECT coalesce(reused_from, id) FROM jobs INDEXED BY jobs_by_run
                WHERE run_id = ? AND attempt = (SELECT attempt FROM jobs WHERE id = ?))
            ORDER BY id DESC LIMIT ?
            """,
            [
                id, name, moment.startedAt.databaseSeconds, moment.isWholeJob, moment.jobID, id, moment.jobID, limit,
            ], decode: gate(from:))
    }

    /// Whether a run has gates of a name, or had one before it deployed.
    static func has(_ name: String, ofRun id: Int64, before moment: DeploymentMoment? = nil, _ database: Database) throws -> Bool
    {
        try !all(ofRun: id, named: name, before: moment, limit: 1, database).isEmpty
    }

    /// The newest run of a branch that succeeded and has a gate of a name.
    static func newestSuccess(
        of repository: String, named name: String, branch: String, _ database: Database
    ) throws -> Int64? {
        try database.row(
            """
            SELECT gates.run_id FROM gates INDEXED BY gates_by_repository CROSS JOIN runs
            WHERE gates.repository = ? AND gates.name = ? AND gates.branch = ? AND runs.id = gates.run_id
                AND runs.conclusion = 'success'
            ORDER BY gates.run_id DESC LIMIT 1
            """, [repository, name, branch]
        ) { row in
            try row.decode(Int64.self, atIndex: 0)
        }
    }

    /// The names of a run's gates.
    static func names(ofRun id: Int64, _ database: Database) throws -> [String] {
        try database.rows(
            "SELECT DISTINCT name FROM gates INDEXED BY gates_by_run WHERE run_id = ? ORDER BY name", [id]
        ) { row in
            var columns = ColumnReader(row, of: "gates")
            return try columns.next()
        }
    }

    static func metrics(ofGate id: Int64, _ database: Database) throws -> [Metric] {
        try database.rows("SELECT name, slice, value FROM metrics WHERE gate_id = ? ORDER BY place", [id]) { row in
            var columns = ColumnReader(row, of: "metrics")
            return Metric(try columns.next(), slice: try columns.next(), try columns.next())
        }
    }

    static func withMetrics(_ stored: StoredGate, _ database: Database) throws -> StoredGate {
        var stored = stored
        stored.gate.metrics = try metrics(ofGate: stored.id, database)
        return stored
    }

    static func gate(from row: Row) throws -> StoredGate {
        var columns = ColumnReader(row, of: "gates")
        let (id, jobID, runID) = (try columns.next() as Int64, try columns.next() as Int64, try columns.next() as Int64)
        let (job, place): (String, Int) = (try columns.next(), try columns.next())
        let (number, name): (Int, String) = (try columns.next(), try columns.next())
        let outcome: GateOutcome = try columns.word()
        let (checks, baseline, notes): (String, String?, String) = (try columns.next(), try columns.next(), try columns.next())
        return StoredGate(
            id: id, jobID: jobID, runID: runID, job: job, place: place,
            gate: GateResult(
                number: number, name: name, outcome: outcome, checks: try JSONText.decodeArray(checks), metrics: [],
                baseline: try baseline.map { try JSONText.decode($0) }, notes: try JSONText.decodeArray(notes),
                createdAt: try columns.date()))
    }
}

/// Which gate of a run a gate of another one is compared with.
enum GateCounterpart {
    case gate(StoredGate)
    case none
    /// Several jobs have one of the name, and none of them is the job that asks.
    case ambiguous(jobs: [String])
}
