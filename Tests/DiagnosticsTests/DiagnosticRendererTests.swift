import Diagnostics
import Testing

struct DiagnosticRendererTests {
    private static func diagnostic(
        _ start: (line: Int, column: Int), to end: (line: Int, column: Int), file: String = "ci.yml"
    ) -> Diagnostic {
        Diagnostic(
            rule: "unknown-key", message: "unknown key", file: file,
            range: SourceRange(
                start: SourcePosition(line: start.line, column: start.column),
                end: SourcePosition(line: end.line, column: end.column)))
    }

    private static func lines(_ diagnostic: Diagnostic, of text: String) -> [String] {
        DiagnosticRenderer(sources: ["ci.yml": text]).render(diagnostic).split(separator: "\n").map(String.init)
    }

    @Test("a diagnostic is rendered as its place, its line, and a caret under its range")
    func caret() {
        let lines = Self.lines(Self.diagnostic((2, 3), to: (2, 7)), of: "on: push\n  step: x\n")
        #expect(lines == ["ci.yml:2:3: error: unknown key [unknown-key]", "    step: x", "    ^~~~"])
    }

    @Test("of a file that is empty, or could not be read, no line and no caret is shown")
    func emptyFile() {
        #expect(Self.lines(Self.diagnostic((1, 1), to: (1, 2)), of: "") == ["ci.yml:1:1: error: unknown key [unknown-key]"])
    }

    struct Range: Sendable {
        var text: String
        var start: Int
        var end: Int
        var caret: String
    }

    @Test(
        "the caret stands under the range, whatever is before and in it",
        arguments: [
            Range(text: "abc", start: 1, end: 2, caret: "^"),
            Range(text: "abc", start: 1, end: 4, caret: "^~~"),
            // A range of no width marks one character; one that ends behind the line stops at its end.
            Range(text: "abc", start: 2, end: 2, caret: " ^"),
            Range(text: "abc", start: 2, end: 90, caret: " ^~"),
            // After the last character, where something is missing.
            Range(text: "abc", start: 4, end: 5, caret: "   ^"),
            Range(text: "abc", start: 9, end: 12, caret: "   ^"),
            // Tabs stay tabs, so that both lines move alike.
            Range(text: "\tkey\tx", start: 6, end: 7, caret: "\t   \t^"),
            // A column is a Unicode scalar.
            Range(text: "ä: é", start: 4, end: 5, caret: "   ^"),
        ])
    func caretPlace(_ range: Range) throws {
        let rendered = Self.lines(Self.diagnostic((1, range.start), to: (1, range.end)), of: range.text)
        let last = try #require(rendered.last)
        #expect(last == "  " + range.caret)
    }

    @Test("a range over several lines is marked to the end of its first one")
    func severalLines() {
        #expect(Self.lines(Self.diagnostic((1, 2), to: (3, 1)), of: "abcd\nef\ngh").last == "   ^~~")
    }

    @Test("line ends of every system are found", arguments: ["a\nbc\nd", "a\r\nbc\r\nd", "a\rbc\rd", "a\r\nbc\nd"])
    func lineEnds(_ text: String) {
        let renderer = DiagnosticRenderer(sources: ["ci.yml": text])
        #expect(renderer.sourceLine(of: Self.diagnostic((2, 1), to: (2, 2))) == "bc")
        #expect(renderer.sourceLine(of: Self.diagnostic((3, 1), to: (3, 2))) == "d")
        #expect(renderer.sourceLine(of: Self.diagnostic((4, 1), to: (4, 2))) == nil)
    }

    @Test("a file that is not at hand is rendered without its line")
    func unknownFile() {
        let rendered = Self.lines(Self.diagnostic((1, 1), to: (1, 2), file: "other.yml"), of: "abc")
        #expect(rendered == ["other.yml:1:1: error: unknown key [unknown-key]"])
    }
}
