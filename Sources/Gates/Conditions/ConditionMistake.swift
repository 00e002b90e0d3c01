internal import Diagnostics

/// Why a text is no condition.
public struct ConditionMistake: Error, Equatable, Sendable {
    /// What was found and what was expected.
    public let message: String
    /// In Unicode scalars of the text that holds the conditions.
    public let range: Range<Int>

    public init(_ message: String, at range: Range<Int>) {
        self.message = message
        self.range = range
    }
}

extension ConditionMistake {
    /// Message, line of the text and caret, as `slipway check` shows them.
    ///
    /// - Parameter input: what the text is called.
    public func rendered(in text: String, as input: String) -> String {
        let scalars = Array(text.unicodeScalars)
        let before = scalars.prefix(range.lowerBound)
        let line = before.count { $0 == "\n" } + 1
        let column = before.count - (before.lastIndex(of: "\n").map { $0 + 1 } ?? 0) + 1
        let width = max(1, range.count)
        let place = SourceRange(
            start: SourcePosition(line: line, column: column), end: SourcePosition(line: line, column: column + width))
        let diagnostic = Diagnostic(rule: "gate-condition", message: message, file: input, range: place)
        return DiagnosticRenderer(sources: [input: text]).render(diagnostic)
    }
}
