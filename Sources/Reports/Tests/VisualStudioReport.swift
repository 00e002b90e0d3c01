internal import XML

/// The `.trx` of Visual Studio and `dotnet test`.
struct VisualStudioReport: ReportParser {
    let roots = ["TestRun"]

    private struct Open {
        var test: TestCase
        var id: String?
        /// Whether it only gathers the rows of a test with data, which count by themselves.
        var isGroup = false
    }

    private var open: [Open] = []
    /// The classes are told after the results.
    private var casesByID: [String: [Int]] = [:]
    private var unit: String?

    mutating func begin(_ tag: XMLTag, in stream: borrowing ElementStream, into builder: inout ReportBuilder) {
        switch tag.name {
        case "UnitTestResult":
            if !open.isEmpty { open[open.count - 1].isGroup = true }
            open.append(
                Open(
                    test: TestCase(
                        suite: "", name: tag.text("testName") ?? "(without a name)", status: Self.status(tag["outcome"]),
                        seconds: tag["duration"].flatMap(Self.seconds)),
                    id: tag["testId"]))
        case "UnitTest": unit = tag["id"]
        case "TestMethod":
            guard let unit, let name = tag.text("className") else { return }
            // Older ones add the assembly.
            let suite = String(name.prefix { $0 != "," })
            for index in casesByID[unit] ?? [] { builder.setSuite(suite, ofCase: index) }
        default: break
        }
    }

    mutating func end(_ tag: XMLTag, text: String, in stream: borrowing ElementStream, into builder: inout ReportBuilder) {
        switch tag.name {
        case "UnitTestResult":
            guard let result = open.popLast(), !result.isGroup else { return }
            if let index = builder.add(result.test), let id = result.id { casesByID[id, default: []].append(index) }
        case "Message" where stream.parent?.name == "ErrorInfo": change { $0.message = text }
        case "StackTrace", "StdOut", "StdErr": change { $0.output = $0.output.map { "\($0)\n\(text)" } ?? text }
        default: break
        }
    }

    private mutating func change(_ body: (inout TestCase) -> Void) {
        guard !open.isEmpty else { return }
        body(&open[open.count - 1].test)
    }

    private static func status(_ outcome: String?) -> TestCase.Status {
        switch outcome?.lowercased() {
        case "passed", "passedbutrunaborted", "warning", "completed": .passed
        case "failed": .failed
        case "error", "timeout", "aborted", "disconnected": .error
        case "notexecuted", "notrunnable", "pending", "inprogress": .skipped
        default: .unknown
        }
    }

    /// `00:00:01.2500000`
    private static func seconds(_ text: String) -> Double? {
        let parts = text.split(separator: ":").map { Double($0) }
        guard parts.count == 3, let hours = parts[0], let minutes = parts[1], let seconds = parts[2] else { return nil }
        return hours * 3600 + minutes * 60 + seconds
    }
}
