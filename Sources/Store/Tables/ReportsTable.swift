internal import FoundationEssentials
internal import GRDB
internal import Plan

/// `reports`.
enum ReportsTable {
    private static let columns =
        "id, job_id, run_id, number, name, format, tests, coverage, failures, is_cut, created_at"
    /// Rows of one trend that are looked at: a run may have several attempts.
    private static let mostRows = 500

    /// A journal that is read again changes nothing.
    static func insert(_ report: Report, job: Int64, _ database: Database) throws {
        try database.change(
            """
            INSERT INTO reports(job_id, run_id, number, repository, workflow_path, branch, job_name, name, format, tests, coverage,
                failures, is_cut, created_at)
            SELECT jobs.id, runs.id, ?, runs.repository, runs.workflow_path, runs.branch, jobs.name, ?, ?, ?, ?, ?, ?, ?
            FROM jobs JOIN runs ON runs.id = jobs.run_id WHERE jobs.id = ? ON CONFLICT DO NOTHING
            """,
            [
                report.number, report.name, report.format.rawValue, try report.tests.map { try JSONText.encode(value: $0) },
                try report.coverage.map { try JSONText.encode(value: $0) }, try JSONText.encode(report.failures), report.isCut,
                report.createdAt.databaseSeconds, job,
            ])
    }

    static func all(ofJob id: Int64, _ database: Database) throws -> [StoredReport] {
        try database.rows("SELECT \(columns) FROM reports WHERE job_id = ? ORDER BY number", [id], decode: report(from:))
    }

    static func report(_ id: Int64, _ database: Database) throws -> StoredReport? {
        try database.row("SELECT \(columns) FROM reports WHERE id = ?", [id], decode: report(from:))
    }

    /// The report and those before it of its series, the newest attempt of each run, newest first. Tags and pull requests have nothing
    /// before them: the reports of others say nothing about theirs.
    static func trend(of id: Int64, limit: Int, _ database: Database) throws -> [StoredReport] {
        let cursor = try Row.fetchCursor(
            database.cachedStatement(
                sql: """
                    SELECT older.id, older.job_id, older.run_id, older.number, older.name, older.format, older.tests, older.coverage,
                        '[]', older.is_cut, older.created_at
                    FROM reports AS newest CROSS JOIN reports AS older INDEXED BY reports_by_series
                    WHERE newest.id = ? AND older.repository = newest.repository AND older.workflow_path = newest.workflow_path
                        AND older.branch IS newest.branch AND (newest.branch IS NOT NULL OR older.run_id = newest.run_id)
                        AND older.job_name = newest.job_name AND older.name = newest.name
                        AND older.format = newest.format AND older.run_id <= newest.run_id
                    ORDER BY older.run_id DESC, older.id DESC LIMIT \(mostRows)
                    """), arguments: [id])
        var found: [StoredReport] = []
        while found.count < limit, let row = try cursor.next() {
            let stored = try report(from: row)
            // The page that shows a report of an earlier attempt shows that one.
            if stored.runID == found.last?.runID {
                if stored.id == id { found[found.count - 1] = stored }
                continue
            }
            found.append(stored)
        }
        return found
    }

    static func tests(of repository: String, limit: Int, _ database: Database) throws -> [TestReport] {
        let count = columns.split(separator: ",").count
        return try database.rows(
            """
            SELECT \(columns), workflow_path, job_name, branch, (SELECT commit_id FROM runs WHERE runs.id = run_id)
            FROM reports INDEXED BY reports_by_repository WHERE repository = ? AND tests IS NOT NULL ORDER BY id DESC LIMIT ?
            """, [repository, limit]
        ) { row in
            let stored = try report(from: row)
            var columns = ColumnReader(row, of: "reports", from: count)
            let (path, job): (String, String) = (try columns.next(), try columns.next())
            return TestReport(
                stored: stored, series: TestReport.Series(workflowPath: path, job: job, report: stored.report.name),
                branch: try columns.next(), commit: try columns.next())
        }
    }

    private static func report(from row: Row) throws -> StoredReport {
        var columns = ColumnReader(row, of: "reports")
        let (id, jobID, runID) = (try columns.next() as Int64, try columns.next() as Int64, try columns.next() as Int64)
        let (number, name): (Int, String) = (try columns.next(), try columns.next())
        let format: ReportPlan.Format = try columns.word()
        let (tests, coverage): (String?, String?) = (try columns.next(), try columns.next())
        let failures: String = try columns.next()
        let isCut: Bool = try columns.next()
        return StoredReport(
            id: id, jobID: jobID, runID: runID,
            report: Report(
                number: number, name: name, format: format, tests: try tests.map { try JSONText.decode($0) },
                coverage: try coverage.map { try JSONText.decode($0) }, failures: try JSONText.decodeArray(failures),
                isCut: isCut,
                createdAt: try columns.date()))
    }
}
