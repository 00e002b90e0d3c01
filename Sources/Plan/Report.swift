public import FoundationEssentials

/// What the files of one report of a job say, in numbers. What they say in detail is in a file of the job's folder.
public struct Report: Codable, Equatable, Sendable {
    /// Of the reports of its job, from 1.
    public var number: Int
    public var name: String
    public var format: ReportPlan.Format
    /// Nil for a report of coverage.
    public var tests: TestCounts?
    /// Nil for a report of tests.
    public var coverage: CoverageCounts?
    /// The first tests that failed.
    public var failures: [FailedTest]
    /// Whether the file has less than the numbers count.
    public var isCut: Bool
    public var createdAt: Date

    public init(
        number: Int, name: String, format: ReportPlan.Format, tests: TestCounts? = nil, coverage: CoverageCounts? = nil,
        failures: [FailedTest] = [], isCut: Bool = false, createdAt: Date
    ) {
        self.number = number
        self.name = name
        self.format = format
        self.tests = tests
        self.coverage = coverage
        self.failures = failures
        self.isCut = isCut
        self.createdAt = createdAt
    }
}

/// A test that failed, in short.
public struct FailedTest: Codable, Equatable, Sendable {
    public var suite: String
    public var name: String
    public var message: String?

    public init(suite: String, name: String, message: String? = nil) {
        self.suite = suite
        self.name = name
        self.message = message
    }
}

/// How many tests ended how.
public struct TestCounts: Codable, Equatable, Sendable {
    public var passed: Int
    public var failed: Int
    /// Those that broke before they could tell.
    public var errors: Int
    public var skipped: Int
    /// Those of which the file does not say how they ended.
    public var unknown: Int
    /// Of all of them together.
    public var seconds: Double

    public init(passed: Int = 0, failed: Int = 0, errors: Int = 0, skipped: Int = 0, unknown: Int = 0, seconds: Double = 0) {
        self.passed = passed
        self.failed = failed
        self.errors = errors
        self.skipped = skipped
        self.unknown = unknown
        self.seconds = seconds
    }

    public var total: Int { passed + failed + errors + skipped + unknown }
    /// Failed tests, and those that broke.
    public var bad: Int { failed + errors }

    public static func + (left: TestCounts, right: TestCounts) -> TestCounts {
        TestCounts(
            passed: left.passed + right.passed, failed: left.failed + right.failed, errors: left.errors + right.errors,
            skipped: left.skipped + right.skipped, unknown: left.unknown + right.unknown, seconds: left.seconds + right.seconds)
    }
}

/// How much of the code tests have reached.
public struct CoverageCounts: Codable, Equatable, Sendable {
    public var linesCovered: Int
    public var lines: Int
    public var branchesCovered: Int
    public var branches: Int

    public init(linesCovered: Int = 0, lines: Int = 0, branchesCovered: Int = 0, branches: Int = 0) {
        self.linesCovered = linesCovered
        self.lines = lines
        self.branchesCovered = branchesCovered
        self.branches = branches
    }

    /// From 0 to 1; nil where there is no line.
    public var lineRate: Double? { lines > 0 ? Double(linesCovered) / Double(lines) : nil }
    /// From 0 to 1; nil where there is no branch.
    public var branchRate: Double? { branches > 0 ? Double(branchesCovered) / Double(branches) : nil }

    public static func + (left: CoverageCounts, right: CoverageCounts) -> CoverageCounts {
        CoverageCounts(
            linesCovered: left.linesCovered + right.linesCovered, lines: left.lines + right.lines,
            branchesCovered: left.branchesCovered + right.branchesCovered, branches: left.branches + right.branches)
    }
}
