internal import Plan
internal import XML

/// Metrics of a test report: `tests`, `passed`, `failures`, `errors`, `skipped`, `time` in seconds, and `pass_rate`, which is
/// the part of those that ran that passed.
struct JUnitMetrics {
    private var table: MetricTable
    private var (tests, failures, errors, skipped, time) = (0.0, 0.0, 0.0, 0.0, 0.0)

    init(into table: MetricTable) { self.table = table }

    mutating func read(_ bytes: [UInt8]) throws(MetricProblem) -> MetricTable {
        do throws(XMLError) { try count(bytes) } catch {
            throw MetricProblem("the XML can't be read: \(error.problem)", line: error.line)
        }
        guard tests > 0 else {
            throw MetricProblem("it has no test: nothing was measured; see that the tests are found")
        }
        let ran = tests - skipped
        let passed = ran - failures - errors
        var metrics = [
            Metric("tests", tests), Metric("passed", passed), Metric("failures", failures), Metric("errors", errors),
            Metric("skipped", skipped), Metric("time", time),
        ]
        // All skipped: no rate, so that a condition on it fails.
        if ran > 0 { metrics.append(Metric("pass_rate", passed / ran)) }
        for metric in metrics { try table.add(metric) }
        return table
    }

    private mutating func count(_ bytes: [UInt8]) throws(XMLError) {
        let reader = try XMLReader(bytes, name: "the report")
        var hasRoot = false
        /// How the test that is open ended; the first word of it counts.
        var end: String?
        while let event = try reader.next() {
            switch event {
            case .start(let tag):
                if !hasRoot, tag.name != "testsuites", tag.name != "testsuite" {
                    throw XMLError(
                        name: "the report", line: tag.line,
                        problem: "found <\(tag.name)>, expected <testsuites> or <testsuite> of a JUnit report")
                }
                hasRoot = true
                switch tag.name {
                case "testcase":
                    tests += 1
                    end = nil
                    if let seconds = tag["time"].flatMap(Double.init), seconds.isFinite { time += seconds }
                case "failure", "error", "skipped": end = end ?? tag.name
                default: break
                }
            case .end("testcase"):
                switch end {
                case "failure": failures += 1
                case "error": errors += 1
                case "skipped": skipped += 1
                default: break
                }
            case .end, .text: break
            }
        }
    }
}
