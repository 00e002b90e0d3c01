public import Plan

/// What the files of one report say in detail, bounded: the content of `report-<number>.json` in the job's folder.
public struct ReportContent: Codable, Equatable, Sendable {
    /// In the order of the files.
    public var cases: [TestCase]
    /// By their paths.
    public var files: [CoveredFile]
    /// Whether there was more than is kept.
    public var isCut: Bool

    public init(cases: [TestCase] = [], files: [CoveredFile] = [], isCut: Bool = false) {
        self.cases = cases
        self.files = files
        self.isCut = isCut
    }
}

/// One test, and how it ended.
public struct TestCase: Codable, Equatable, Sendable {
    public enum Status: String, Codable, CaseIterable, Sendable {
        case failed
        /// It broke before it could tell.
        case error
        case passed
        case skipped
        case unknown

        /// Those that need a look come first.
        public var rank: Int {
            switch self {
            case .failed: 0
            case .error: 1
            case .unknown: 2
            case .skipped: 3
            case .passed: 4
            }
        }

        public var isBad: Bool { self == .failed || self == .error }
    }

    /// The class, feature or file that it belongs to.
    public var suite: String
    public var name: String
    public var status: Status
    public var seconds: Double?
    /// Why it failed or was skipped.
    public var message: String?
    /// A trace, and what a failed test printed.
    public var output: String?

    public init(
        suite: String, name: String, status: Status, seconds: Double? = nil, message: String? = nil, output: String? = nil
    ) {
        self.suite = suite
        self.name = name
        self.status = status
        self.seconds = seconds
        self.message = message
        self.output = output
    }
}

extension TestCase {
    /// Bytes of what it printed that are read. Of them less is shown: see `ReportBuilder.Limits.output`.
    private static let longestOutput = 64 << 10

    /// Adds to what it printed; blanks alone are nothing, and so is what comes after a lot.
    mutating func append(_ text: String) {
        guard !text.allSatisfy(\.isWhitespace), (output?.utf8.count ?? 0) < Self.longestOutput else { return }
        output = (output.map { $0 + "\n" } ?? "") + text
    }

    /// Puts a trace before what it printed.
    mutating func put(_ trace: String) {
        guard !trace.allSatisfy(\.isWhitespace) else { return }
        output = output.map { "\(trace)\n\($0)" } ?? trace
    }

    /// The first message counts.
    mutating func propose(message text: String?) { message = message ?? text }
}

/// One file of the code, and how much of it tests have reached.
public struct CoveredFile: Codable, Equatable, Sendable {
    public var path: String
    public var counts: CoverageCounts

    public init(path: String, counts: CoverageCounts) {
        self.path = path
        self.counts = counts
    }
}
