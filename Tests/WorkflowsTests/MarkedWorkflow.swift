import Diagnostics
import Testing

@testable import Workflows

/// A text in which `«rule»` stands before each place that is to be reported, `«?rule»` for a warning.
struct MarkedText: Sendable {
    /// The text without marks.
    let text: String
    /// `line:column rule`, sorted.
    let expected: [String]
    private let marked: String

    init(_ marked: String) {
        self.marked = marked
        var text = ""
        var expected: [String] = []
        var line = 1
        var column = 1
        var rule: String?
        for scalar in marked.unicodeScalars {
            switch scalar {
            case "«": rule = ""
            case "»":
                expected.append("\(line):\(column) \(rule ?? "")")
                rule = nil
            case let scalar where rule != nil: rule?.unicodeScalars.append(scalar)
            default:
                text.unicodeScalars.append(scalar)
                column = scalar == "\n" ? 1 : column + 1
                line += scalar == "\n" ? 1 : 0
            }
        }
        self.text = text
        self.expected = expected.sorted()
    }

    /// The same text with another part in place of one.
    func replacing(_ part: String, _ other: String) -> MarkedText { MarkedText(marked.replacing(part, with: other)) }

    /// Compares what was found, but for what this version doesn't do, with the marks.
    func check(_ diagnostics: [Diagnostic], isAccepted: Bool, sourceLocation: SourceLocation = #_sourceLocation) {
        let found = diagnostics.filter { !["ignored", "unsupported"].contains($0.rule) }
        let places = found.map { "\($0.line):\($0.column) \($0.severity == .warning ? "?" : "")\($0.rule)" }
        let messages = found.map { "\($0.line):\($0.column) \($0.message)" }.joined(separator: "\n")
        #expect(places.sorted() == expected, "\n\(text)\n\(messages)", sourceLocation: sourceLocation)
        #expect(isAccepted == expected.allSatisfy { $0.contains("?") }, sourceLocation: sourceLocation)
    }
}

/// A workflow with marks.
struct MarkedWorkflow: Sendable, CustomTestStringConvertible {
    let name: String
    var marked: MarkedText

    init(_ name: String, _ marked: String) {
        self.name = name
        self.marked = MarkedText(marked)
    }

    /// A workflow of one job, whose other keys these are.
    static func job(_ name: String, _ keys: String, steps: String = "[{run: make}]") -> MarkedWorkflow {
        let lines: [String] = keys.split(separator: "\n").map(String.init) + ["steps: \(steps)"]
        return MarkedWorkflow(
            name, "on: push\njobs:\n  build:\n    runs-on: linux\n" + lines.map { "    \($0)\n" }.joined())
    }

    /// A workflow with a plain job and these triggers.
    static func on(_ name: String, _ on: String) -> MarkedWorkflow {
        MarkedWorkflow(name, "on:\(on)\njobs: {a: {runs-on: x, steps: [{run: make}]}}\n")
    }

    var testDescription: String { name }

    func check(sourceLocation: SourceLocation = #_sourceLocation) {
        let document = WorkflowReader.read(text: marked.text, path: "ci.yml")
        marked.check(document.diagnostics, isAccepted: document.isAccepted, sourceLocation: sourceLocation)
    }
}
