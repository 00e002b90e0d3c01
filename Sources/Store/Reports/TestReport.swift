internal import Plan

/// A report of tests with what tells which runs can be compared: the code that was tested, and where.
public struct TestReport: Equatable, Sendable {
    /// Reports of one series say the same of different runs.
    public struct Series: Hashable, Sendable {
        public var workflowPath: String
        public var job: String
        public var report: String

        public init(workflowPath: String, job: String, report: String) {
            self.workflowPath = workflowPath
            self.job = job
            self.report = report
        }
    }

    public var stored: StoredReport
    public var series: Series
    /// Nil for a tag.
    public var branch: String?
    public var commit: String

    public init(stored: StoredReport, series: Series, branch: String?, commit: String) {
        self.stored = stored
        self.series = series
        self.branch = branch
        self.commit = commit
    }

    /// Whether every test that failed is known by name: then all others did not fail.
    public var namesEveryFailure: Bool {
        !stored.report.isCut && stored.report.failures.count >= stored.report.tests?.bad ?? 0
    }
}

extension Store {
    /// The newest reports of tests of a repository, newest first; of each attempt at a job its own.
    public func testReports(of repository: String, limit: Int) async throws(StoreError) -> [TestReport] {
        try await read("read the reports of \(repository)") { database in
            try ReportsTable.tests(of: repository, limit: limit, database)
        }
    }
}
