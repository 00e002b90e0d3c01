import Diagnostics
import Testing

struct DiagnosticCollectorTests {
    private static let place = SourceRange(line: 1, column: 1)

    @Test("over its bound a collector keeps one remark that says so")
    func bound() {
        let collector = DiagnosticCollector(file: "ci.yml", limit: 2)
        for number in 1...5 { collector.warning("rule", "remark \(number)", at: Self.place) }
        #expect(collector.diagnostics.map(\.rule) == ["rule", "rule", "too-many-diagnostics"])
        #expect(collector.isFull)
    }

    @Test("diagnostics are shown by file and place, errors first where both stand at one place")
    func order() {
        func diagnostic(_ file: String, _ line: Int, _ severity: Diagnostic.Severity) -> Diagnostic {
            Diagnostic(severity: severity, rule: "r", message: "m", file: file, range: SourceRange(line: line, column: 1))
        }
        let found = [
            diagnostic("b.yml", 1, .error), diagnostic("a.yml", 2, .warning), diagnostic("a.yml", 2, .error),
            diagnostic("a.yml", 1, .warning),
        ]
        #expect(found.inFileOrder == [found[3], found[2], found[1], found[0]])
        #expect(found.containsError)
        #expect(![found[1], found[3]].containsError)
    }
}
