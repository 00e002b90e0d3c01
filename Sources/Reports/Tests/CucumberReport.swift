internal import Expressions

/// The JSON that Cucumber and its relatives (behave, godog, SpecFlow) write: features with scenarios with steps.
struct CucumberReport {
    private let features: [ExpressionValue]

    init(_ bytes: [UInt8]) throws(ReportProblem) {
        guard case .array(let features) = try JSONDocument(bytes).value else {
            throw ReportProblem("expected a list of features: is it another format?", line: 1)
        }
        self.features = features
    }

    func read(into builder: inout ReportBuilder) throws(ReportProblem) {
        for feature in features {
            guard case .array(let elements)? = feature["elements"] else {
                // A feature without scenarios has none of them.
                guard case .object = feature else {
                    throw ReportProblem("a feature must be an object, found \(feature.kindName)")
                }
                continue
            }
            let name = feature["name"]?.string ?? feature["uri"]?.string ?? ""
            var background: [ExpressionValue] = []
            for element in elements {
                let steps = ["before", "steps", "after"].flatMap { element[$0]?.list ?? [] }
                if element["type"]?.string == "background" {
                    background = steps
                } else {
                    builder.add(Self.test(of: element, steps: background + steps, feature: name))
                    background = []
                }
            }
        }
    }

    private static func test(of scenario: ExpressionValue, steps: [ExpressionValue], feature: String) -> TestCase {
        var test = TestCase(suite: feature, name: scenario["name"]?.string ?? "(without a name)", status: .passed)
        var nanoseconds = 0.0
        var output: [String] = []
        var worst = 4
        for step in steps {
            let result = step["result"]
            let word = result?["status"]?.string ?? "unknown"
            nanoseconds += result?["duration"]?.double ?? 0
            let text = ((step["keyword"]?.string ?? "") + (step["name"]?.string ?? "")).trimmedText
            if !text.isEmpty { output.append("\(text): \(word)") }
            let error = result?["error_message"]?.string
            if let error { output.append(error) }
            let (status, rank) = status(of: word)
            guard rank < worst else { continue }
            worst = rank
            test.status = status
            test.message =
                error?.split(whereSeparator: \.isNewline).first.map(String.init) ?? (text.isEmpty ? word : "\(word): \(text)")
        }
        test.seconds = nanoseconds / 1_000_000_000
        test.output = output.joined(separator: "\n")
        return test
    }

    /// The worst of its steps is what a scenario ends with.
    private static func status(of word: String) -> (TestCase.Status, rank: Int) {
        switch word.lowercased() {
        case "failed": (.failed, 0)
        case "undefined", "ambiguous": (.error, 1)
        case "pending": (.skipped, 2)
        case "skipped": (.skipped, 3)
        case "passed": (.passed, 4)
        default: (.unknown, 2)
        }
    }
}
