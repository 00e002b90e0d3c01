internal import XML

/// The XML of JUnit, as Ant, Maven, Gradle, pytest and many others write it.
struct JUnitReport: ReportParser {
    let roots = ["testsuites", "testsuite"]
    private var test: TestCase?

    mutating func begin(_ tag: XMLTag, in stream: borrowing ElementStream, into builder: inout ReportBuilder) {
        guard tag.name == "testcase" else { return }
        let suite = tag.text("classname") ?? stream.ancestor("testsuite")?.text("name") ?? tag.text("file") ?? ""
        test = TestCase(
            suite: suite, name: tag.text("name") ?? "(without a name)", status: .passed, seconds: tag.number("time"))
        // Some write how it ended as an attribute.
        if tag["status"] == "skipped" || tag["status"] == "disabled" || tag["status"] == "notrun" { test?.status = .skipped }
    }

    mutating func end(_ tag: XMLTag, text: String, in stream: borrowing ElementStream, into builder: inout ReportBuilder) {
        switch tag.name {
        case "failure": note(.failed, tag, text)
        case "error": note(.error, tag, text)
        case "skipped":
            test?.status = .skipped
            test?.message = tag.text("message") ?? (text.isEmpty ? nil : text)
        case "system-out", "system-err": test?.append(text)
        case "testcase":
            if let test { builder.add(test) }
            test = nil
        default: break
        }
    }

    private mutating func note(_ status: TestCase.Status, _ tag: XMLTag, _ text: String) {
        // A test may fail, and break when it cleans up: the first counts.
        if test?.status.isBad != true { test?.status = status }
        let firstLine = text.split(whereSeparator: \.isNewline).first.map(String.init)
        test?.propose(message: tag.text("message") ?? tag.text("type") ?? firstLine)
        test?.append(text)
    }
}
