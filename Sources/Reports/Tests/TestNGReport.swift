internal import XML

/// The `testng-results.xml` of TestNG.
struct TestNGReport: ReportParser {
    let roots = ["testng-results"]
    private var test: TestCase?

    mutating func begin(_ tag: XMLTag, in stream: borrowing ElementStream, into builder: inout ReportBuilder) {
        switch tag.name {
        case "test-method":
            // What prepares and cleans up is no test.
            guard tag["is-config"] != "true" else { return }
            let suite = stream.ancestor("class")?.text("name") ?? stream.ancestor("test")?.text("name") ?? ""
            let status: TestCase.Status =
                switch tag["status"]?.uppercased() {
                case "PASS": .passed
                case "FAIL": .failed
                case "SKIP": .skipped
                default: .unknown
                }
            test = TestCase(
                suite: suite, name: tag.text("name") ?? "(without a name)", status: status,
                seconds: tag.number("duration-ms").map { $0 / 1000 })
        case "exception": test?.propose(message: tag.text("class"))
        default: break
        }
    }

    mutating func end(_ tag: XMLTag, text: String, in stream: borrowing ElementStream, into builder: inout ReportBuilder) {
        switch tag.name {
        case "message" where stream.parent?.name == "exception": test?.message = text
        case "full-stacktrace", "short-stacktrace": test?.put(text)
        case "line" where stream.parent?.name == "reporter-output": test?.append(text)
        case "test-method":
            if let test { builder.add(test) }
            test = nil
        default: break
        }
    }
}
