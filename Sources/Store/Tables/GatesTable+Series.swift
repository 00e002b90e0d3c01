internal import GRDB
internal import Plan

/// Which gate, of run after run: those of one name in two jobs measure different things.
struct GateSeries {
    var gate: String
    var job: String
    /// Of the gates of the name in the job, from 1.
    var place: Int
}

/// Histories. Names to choose from are steps in an index, each to the next one, however long the history is.
extension GatesTable {
    /// The newest of each run, of the newest runs of a branch, newest first, as long as they have no more metrics together than that.
    static func newest(
        of repository: String, in series: GateSeries, branch: String, limit: Int, metrics most: Int, _ database: Database
    ) throws -> [StoredGate] {
        var found: [StoredGate] = []
        var rest = most
        while found.count < limit {
            let next = try database.row(
                """
                SELECT \(columns) FROM gates INDEXED BY gates_by_series
                WHERE repository = ? AND name = ? AND job = ? AND place = ? AND branch = ? AND run_id < ?
                ORDER BY run_id DESC, id DESC LIMIT 1
                """,
                [repository, series.gate, series.job, series.place, branch, found.last?.runID ?? Int64.max], decode: gate(from:))
            guard let next else { break }
            let stored = try withMetrics(next, database)
            rest -= stored.gate.metrics.count
            guard rest >= 0 else { break }
            found.append(stored)
        }
        return found
    }

    static func names(of repository: String, limit: Int, _ database: Database) throws -> [String] {
        try steps(limit) { last in
            try next(
                """
                SELECT name FROM gates INDEXED BY gates_by_series WHERE repository = ? AND name > ? ORDER BY name LIMIT 1
                """, [repository, last ?? ""], database)
        }
    }

    /// The names of the jobs that have a gate of a name.
    static func jobs(of repository: String, named name: String, limit: Int, _ database: Database) throws -> [String] {
        try steps(limit) { last in
            try next(
                """
                SELECT job FROM gates INDEXED BY gates_by_series WHERE repository = ? AND name = ? AND job > ? ORDER BY job LIMIT 1
                """, [repository, name, last ?? ""], database)
        }
    }

    /// The job whose gate of a name is the newest on a branch.
    static func newestJob(
        of repository: String, named name: String, branch: String, _ database: Database
    ) throws -> String? {
        try next(
            """
            SELECT job FROM gates INDEXED BY gates_by_repository
            WHERE repository = ? AND name = ? AND branch = ? ORDER BY run_id DESC, id DESC LIMIT 1
            """, [repository, name, branch], database)
    }

    static func places(
        of repository: String, named name: String, job: String, limit: Int, _ database: Database
    ) throws -> [Int] {
        try steps(limit) { last in
            try next(
                """
                SELECT place FROM gates INDEXED BY gates_by_series
                WHERE repository = ? AND name = ? AND job = ? AND place > ? ORDER BY place LIMIT 1
                """, [repository, name, job, last ?? 0], database)
        }
    }

    static func branches(
        of repository: String, in series: GateSeries, limit: Int, _ database: Database
    ) throws -> [String] {
        try steps(limit) { last in
            try next(
                """
                SELECT branch FROM gates INDEXED BY gates_by_series
                WHERE repository = ? AND name = ? AND job = ? AND place = ? AND branch > ? ORDER BY branch LIMIT 1
                """, [repository, series.gate, series.job, series.place, last ?? ""], database)
        }
    }

    private static func steps<Value>(_ limit: Int, _ next: (Value?) throws -> Value?) throws -> [Value] {
        var found: [Value] = []
        while found.count < limit, let value = try next(found.last) { found.append(value) }
        return found
    }

    private static func next<Value: DatabaseValueConvertible>(
        _ sql: String, _ arguments: StatementArguments, _ database: Database
    ) throws -> Value? {
        try database.row(sql, arguments) { row in try row.decode(Value.self, atIndex: 0) }
    }
}
