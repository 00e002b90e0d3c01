public import FoundationEssentials
public import Plan

/// Puts what the files of a report say together, in memory that does not grow with them.
public struct ReportBuilder {
    /// What is kept of a report of any size; the numbers count all.
    public struct Limits: Sendable {
        public var cases = 20_000
        public var files = 20_000
        /// Lines of code, over all files.
        public var lines = 2_000_000
        /// Bytes of one message, and of one trace or output.
        public var message = 4 << 10
        public var output = 16 << 10
        /// Bytes of all names, messages and outputs.
        public var text = 6 << 20

        public init() {}
    }

    /// Failed tests that the report itself names.
    private static let mostFailures = 10

    public let format: ReportPlan.Format
    private let limits: Limits
    private var tests = TestCounts()
    private var coverage = LineCoverage()
    private var cases: [TestCase] = []
    private let masked: (String) -> String
    private var textLeft: Int
    private var isCut = false

    /// - Parameter masked: hides secrets, which tests may print. It gets texts before they are cut: what is left of a secret would
    ///   not be known any more.
    public init(_ format: ReportPlan.Format, limits: Limits = Limits(), masked: @escaping (String) -> String = { $0 }) {
        self.format = format
        self.limits = limits
        self.masked = masked
        textLeft = limits.text
        coverage = LineCoverage(mostFiles: limits.files, mostLines: limits.lines)
    }

    // MARK: - Tests

    /// - Returns: where the case is among those that are kept; nil where it is only counted.
    @discardableResult
    mutating func add(_ test: TestCase) -> Int? {
        switch test.status {
        case .passed: tests.passed += 1
        case .failed: tests.failed += 1
        case .error: tests.errors += 1
        case .skipped: tests.skipped += 1
        case .unknown: tests.unknown += 1
        }
        if let seconds = test.seconds, seconds.isFinite, seconds > 0 { tests.seconds += seconds }
        var kept = test
        kept.suite = masked(test.suite).cut(to: 500)
        kept.name = masked(test.name).cut(to: 500)
        kept.message = test.message.flatMap { masked($0.trimmedText).cut(to: limits.message) }
        // What tests print that pass is in the log, and nobody looks for it here.
        kept.output = test.status.isBad ? test.output.flatMap { masked($0.trimmedText).cut(to: limits.output) } : nil
        if kept.seconds?.isFinite == false { kept.seconds = nil }
        let size = kept.suite.utf8.count + kept.name.utf8.count
        let extra = (kept.message?.utf8.count ?? 0) + (kept.output?.utf8.count ?? 0)
        // A failed test pushes one out that passed, so that it is told whatever came before it.
        if cases.count >= limits.cases || size + extra > textLeft {
            isCut = true
            guard test.status.isBad, dropPassed() else { return nil }
        }
        guard size + extra <= textLeft else { return nil }
        textLeft -= size + extra
        cases.append(kept)
        return cases.count - 1
    }

    private mutating func dropPassed() -> Bool {
        guard let index = cases.lastIndex(where: { $0.status == .passed }) else { return false }
        textLeft += cases[index].suite.utf8.count + cases[index].name.utf8.count
        cases[index] = cases[cases.count - 1]
        cases.removeLast()
        return true
    }

    /// Some formats tell late what a case belongs to.
    mutating func setSuite(_ suite: String, ofCase index: Int) {
        guard cases.indices.contains(index) else { return }
        cases[index].suite = masked(suite).cut(to: 500)
    }

    // MARK: - Coverage

    /// A line of a file; one that several files tell of counts once, as the best of them has it.
    mutating func cover(_ file: String, line: Int, isCovered: Bool, branches: Int = 0, branchesCovered: Int = 0) {
        coverage.add(file, line: line, isCovered: isCovered, branches: branches, branchesCovered: branchesCovered)
    }

    // MARK: - Result

    /// - Parameter shown: how a path of the code is shown: from the workspace on.
    public mutating func finish(
        number: Int, name: String, at date: Date, shown: (String) -> String = { $0 }
    ) -> (report: Report, content: ReportContent) {
        var report = Report(number: number, name: masked(name), format: format, createdAt: date)
        guard format.isCoverage else {
            report.tests = tests
            report.isCut = isCut
            report.failures = cases.lazy.filter(\.status.isBad).prefix(Self.mostFailures).map {
                FailedTest(suite: $0.suite, name: $0.name, message: $0.message?.cut(to: 500))
            }
            return (report, ReportContent(cases: cases, isCut: isCut))
        }
        let files = coverage.files.map { CoveredFile(path: masked(shown($0.path)).cut(to: 1000), counts: $0.counts) }
        report.coverage = coverage.total
        report.isCut = coverage.isCut
        return (report, ReportContent(files: files.sorted { $0.path < $1.path }, isCut: coverage.isCut))
    }
}

extension String {
    /// Without blanks and empty lines around it; the first line keeps its indentation.
    var trimmedText: String {
        var text = self[...]
        while let last = text.last, last.isWhitespace { text.removeLast() }
        while let newline = text.firstIndex(where: \.isNewline), text[..<newline].allSatisfy(\.isWhitespace) {
            text = text[text.index(after: newline)...]
        }
        return String(text)
    }

    /// At most so many bytes, with a mark where something is missing.
    func cut(to limit: Int) -> String {
        guard utf8.count > limit else { return self }
        var end = utf8.index(startIndex, offsetBy: limit)
        while String.Index(end, within: self) == nil { end = utf8.index(before: end) }
        return String(self[..<end]) + "…"
    }
}

extension Optional where Wrapped == String {
    fileprivate func flatMap(_ body: (String) -> String) -> String? {
        guard let text = self.map(body), !text.isEmpty else { return nil }
        return text
    }
}
