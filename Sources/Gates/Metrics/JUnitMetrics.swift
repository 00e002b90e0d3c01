internal import Plan
internal import XML

/// Metrics of a test report: `tests`, `passed`, `failures`, `errors`, `skipped`, `time` in seconds, and `pass_rate`, which is
/// the part of those that ran that passed.
///
/// What fails outside of a test, as a class that can't be set up, counts as a test of its own. There is no `time` where a test that
/// ran has none.
struct JUnitMetrics {
    private enum End { case failure, error, skipped }

    /// A suite that is open.
    private struct Suite {
        let line: Int
        /// The failures and errors that it says to have.
        let told: Double
        /// Those that are written in it.
        var found = 0
    }

    private var table: MetricTable
    private var (tests, failures, errors, skipped, time) = (0.0, 0.0, 0.0, 0.0, 0.0)
    private var isTimed = true
    private var suites: [Suite] = []
    /// Nil: outside of a test.
    private var test: XMLTag?
    /// How the test that is open ended: as the first that is bad in it says.
    private var end: End?

    init(into table: MetricTable) { self.table = table }

    mutating func read(_ bytes: [UInt8]) throws(MetricProblem) -> MetricTable {
        try count(bytes)
        guard tests > 0 else {
            throw MetricProblem("it has no test: nothing was measured; see that the tests are found")
        }
        let ran = tests - skipped
        let passed = ran - failures - errors
        var metrics = [
            Metric("tests", tests), Metric("passed", passed), Metric("failures", failures), Metric("errors", errors),
            Metric("skipped", skipped),
        ]
        // A sum that lacks some would be too small: a condition on it has to fail.
        if isTimed { metrics.append(Metric("time", time)) }
        // All skipped: no rate, so that a condition on it fails.
        if ran > 0 { metrics.append(Metric("pass_rate", passed / ran)) }
        for metric in metrics { try table.add(metric) }
        return table
    }

    private mutating func count(_ bytes: [UInt8]) throws(MetricProblem) {
        let reader: XMLReader
        do throws(XMLError) { reader = try XMLReader(bytes, name: "the report") } catch { throw Self.problem(error) }
        var hasRoot = false
        while let event = try Self.next(reader) {
            switch event {
            case .start(let tag):
                guard hasRoot || tag.name == "testsuites" || tag.name == "testsuite" else {
                    throw MetricProblem(
                        "the XML can't be read: found <\(tag.name)>, expected <testsuites> or <testsuite> of a JUnit report",
                        line: tag.line)
                }
                hasRoot = true
                try begin(tag)
            case .end(let name): try finish(name)
            case .text: break
            }
        }
    }

    private mutating func begin(_ tag: XMLTag) throws(MetricProblem) {
        switch tag.name {
        case "testsuites", "testsuite":
            let told = try (Self.number("failures", of: tag) ?? 0) + (Self.number("errors", of: tag) ?? 0)
            suites.append(Suite(line: tag.line, told: told))
        case "testcase":
            test = tag
            // Some write how it ended as an attribute.
            end = ["skipped", "disabled", "notrun"].contains(tag["status"]) ? .skipped : nil
        case "failure": note(.failure)
        case "error": note(.error)
        case "skipped": end = end ?? .skipped
        default: break
        }
    }

    private mutating func note(_ bad: End) {
        if !suites.isEmpty { suites[suites.count - 1].found += 1 }
        guard test == nil else {
            // A test that is skipped may break when it cleans up.
            if end != .failure, end != .error { end = bad }
            return
        }
        tests += 1
        if bad == .failure { failures += 1 } else { errors += 1 }
    }

    private mutating func finish(_ name: String) throws(MetricProblem) {
        switch name {
        case "testcase":
            guard let test else { return }
            tests += 1
            switch end {
            case .failure: failures += 1
            case .error: errors += 1
            case .skipped: skipped += 1
            case nil: break
            }
            if let seconds = try Self.number("time", of: test) { time += seconds } else if end != .skipped { isTimed = false }
            guard time.isFinite else {
                throw MetricProblem("the times of its tests add up to more than a number holds", line: test.line)
            }
            (self.test, end) = (nil, nil)
        case "testsuites", "testsuite":
            guard let suite = suites.popLast() else { return }
            guard suite.told == 0 || suite.found > 0 else {
                throw MetricProblem(
                    "a suite says that it has failures or errors, and none is written in it: see that the report is whole",
                    line: suite.line)
            }
            if !suites.isEmpty { suites[suites.count - 1].found += suite.found }
        default: break
        }
    }

    // MARK: - Reading

    private static func next(_ reader: XMLReader) throws(MetricProblem) -> XMLEvent? {
        do throws(XMLError) { return try reader.next() } catch { throw problem(error) }
    }

    private static func problem(_ error: XMLError) -> MetricProblem {
        MetricProblem("the XML can't be read: \(error.problem)", line: error.line)
    }

    /// A number that is not negative, also with the commas that some write between thousands; nil where there is none.
    private static func number(_ name: String, of tag: XMLTag) throws(MetricProblem) -> Double? {
        guard let text = tag[name], !text.isEmpty else { return nil }
        let digits = isGrouped(text) ? text.replacing(",", with: "") : text
        let isDecimal = digits.unicodeScalars.allSatisfy { ConditionLexer.isDigit($0) || "+-.eE".unicodeScalars.contains($0) }
        guard isDecimal, let number = Double(digits), number.isFinite, number >= 0 else {
            throw MetricProblem(
                "expected a number, found \"\(text.prefix(60))\": see what wrote the report", line: tag.line, key: name)
        }
        return number
    }

    /// Whether its commas stand between thousands, and not before decimals: `1,234.5`.
    private static func isGrouped(_ text: String) -> Bool {
        let groups = text.prefix { $0 != "." }.split(separator: ",", omittingEmptySubsequences: false)
        guard groups.count > 1, let first = groups.first, (1...3).contains(first.count), !first.hasPrefix("0") else {
            return false
        }
        return groups.dropFirst().allSatisfy { $0.count == 3 }
    }
}
