internal import Plan
internal import Reports
public import Store

/// What a job told of tests or of coverage.
public struct ReportRepresentation: Codable, Sendable, Equatable {
    public struct Tests: Codable, Sendable, Equatable {
        public var total: Int
        public var passed: Int
        public var failed: Int
        /// Those that broke before they could tell.
        public var errors: Int
        public var skipped: Int
        public var unknown: Int
        public var seconds: Double
    }

    public struct Coverage: Codable, Sendable, Equatable {
        public var lines: Int
        public var linesCovered: Int
        public var branches: Int
        public var branchesCovered: Int

        init(_ counts: (lines: Int, linesCovered: Int, branches: Int, branchesCovered: Int)) {
            (lines, linesCovered, branches, branchesCovered) = counts
        }
    }

    public struct Case: Codable, Sendable, Equatable {
        public var suite: String
        public var name: String
        /// `passed`, `failed`, `error`, `skipped`, `unknown`
        public var status: String
        @Nullable public var seconds: Double?
        @Nullable public var message: String?
        /// A trace, and what the test printed; of failed tests only.
        @Nullable public var output: String?

        init(_ test: TestCase) {
            suite = test.suite
            name = test.name
            status = test.status.rawValue
            seconds = test.seconds
            message = test.message
            output = test.output
        }
    }

    public struct File: Codable, Sendable, Equatable {
        public var path: String
        public var coverage: Coverage

        init(_ file: CoveredFile) {
            path = file.path
            let counts = file.counts
            coverage = Coverage((counts.lines, counts.linesCovered, counts.branches, counts.branchesCovered))
        }
    }

    public var id: String
    public var runId: String
    public var jobId: String
    public var name: String
    /// `junit`, `cobertura`, …
    public var format: String
    /// Null for a report of coverage.
    @Nullable public var tests: Tests?
    /// Null for a report of tests.
    @Nullable public var coverage: Coverage?
    /// Whether cases or files hold less than the numbers count.
    public var truncated: Bool
    public var createdAt: String
    /// Those that need a look first; only where one report of tests is asked for.
    public var cases: [Case]?
    /// By their paths; only where one report of coverage is asked for.
    public var files: [File]?

    public init(_ stored: StoredReport) {
        let report = stored.report
        id = String(stored.id)
        runId = String(stored.runID)
        jobId = String(stored.jobID)
        name = report.name
        format = report.format.shortName
        tests = report.tests.map {
            Tests(
                total: $0.total, passed: $0.passed, failed: $0.failed, errors: $0.errors, skipped: $0.skipped,
                unknown: $0.unknown, seconds: $0.seconds)
        }
        coverage = report.coverage.map { Coverage(($0.lines, $0.linesCovered, $0.branches, $0.branchesCovered)) }
        truncated = report.isCut
        createdAt = TimeText.rfc3339(report.createdAt)
    }
}

/// `{"reports":[…]}`
public struct ReportListRepresentation: Codable, Sendable, Equatable {
    public var reports: [ReportRepresentation]
}
