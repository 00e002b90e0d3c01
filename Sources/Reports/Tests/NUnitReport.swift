internal import XML

/// The XML that NUnit 2 writes.
struct NUnit2Report: ReportParser {
    let roots = ["test-results"]
    private var test: TestCase?

    mutating func begin(_ tag: XMLTag, in stream: borrowing ElementStream, into builder: inout ReportBuilder) {
        guard tag.name == "test-case" else { return }
        let whole = tag.text("name") ?? "(without a name)"
        let (suite, name) = NUnitName.parts(of: whole, suite: stream.ancestor("test-suite")?.text("name"))
        test = TestCase(suite: suite, name: name, status: Self.status(of: tag), seconds: tag.number("time"))
    }

    private static func status(of tag: XMLTag) -> TestCase.Status {
        switch tag["result"]?.lowercased() {
        case "success": .passed
        case "failure": .failed
        case "error", "notrunnable", "invalid", "cancelled": .error
        case "ignored", "skipped": .skipped
        case nil: tag["executed"]?.lowercased() == "false" ? .skipped : tag["success"]?.lowercased() == "true" ? .passed : .failed
        default: .unknown
        }
    }

    mutating func end(_ tag: XMLTag, text: String, in stream: borrowing ElementStream, into builder: inout ReportBuilder) {
        switch tag.name {
        case "message" where test != nil: test?.message = text
        case "stack-trace": test?.output = text
        case "test-case":
            if let test { builder.add(test) }
            test = nil
        default: break
        }
    }
}

/// The XML that NUnit 3 writes.
struct NUnit3Report: ReportParser {
    let roots = ["test-run", "test-suite"]
    private var test: TestCase?

    mutating func begin(_ tag: XMLTag, in stream: borrowing ElementStream, into builder: inout ReportBuilder) {
        guard tag.name == "test-case" else { return }
        let suite = tag.text("classname") ?? stream.ancestor("test-suite")?.text("fullname") ?? ""
        test = TestCase(
            suite: suite, name: tag.text("name") ?? "(without a name)", status: Self.status(of: tag),
            seconds: tag.number("duration"))
    }

    private static func status(of tag: XMLTag) -> TestCase.Status {
        switch tag["result"]?.lowercased() {
        case "passed", "warning": .passed
        case "failed": ["error", "invalid", "cancelled"].contains(tag["label"]?.lowercased()) ? .error : .failed
        case "skipped": .skipped
        default: .unknown
        }
    }

    mutating func end(_ tag: XMLTag, text: String, in stream: borrowing ElementStream, into builder: inout ReportBuilder) {
        switch tag.name {
        case "message" where stream.parent.map { ["failure", "reason"].contains($0.name) } ?? false: test?.message = text
        case "stack-trace": test?.put(text)
        case "output": test?.append(text)
        case "test-case":
            if let test { builder.add(test) }
            test = nil
        default: break
        }
    }
}

/// NUnit 2 writes class and test as one name.
private enum NUnitName {
    static func parts(of whole: String, suite: String?) -> (suite: String, name: String) {
        // The arguments of a test may hold points.
        let head = whole.prefix { $0 != "(" }
        guard let point = head.lastIndex(of: ".") else { return (suite ?? "", whole) }
        return (String(whole[..<point]), String(whole[whole.index(after: point)...]))
    }
}
