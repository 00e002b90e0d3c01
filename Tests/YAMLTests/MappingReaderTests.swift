import Diagnostics
import Testing
import YAML

@Suite struct MappingReaderTests {
    private enum Level: String, CaseIterable { case low, high }

    private let diagnostics = DiagnosticCollector(file: "a.yml")

    private func reader(_ text: String, keys: [String]? = nil, nullIsAbsent: Bool = false) -> MappingReader? {
        MappingReader(
            YAMLDocument.parse(text, file: "a.yml").root, context: "job", keys: keys, nullIsAbsent: nullIsAbsent,
            diagnostics: diagnostics)
    }

    private var remarks: [String] {
        diagnostics.diagnostics.map { "\($0.line):\($0.column) \($0.rule): \($0.message)" }
    }

    @Test("values of the expected kinds are read without a remark")
    func read() {
        let job = reader("s: x\nn: 3.10\ni: 5\nb: true\nl: [a, 2]\nm: {k: v}\ne: low\n")
        #expect(job?.string("s") == "x")
        #expect(job?.text("n") == "3.10")
        #expect(job?.number("n") == 3.1)
        #expect(job?.integer("i", in: 1...9) == 5)
        #expect(job?.boolean("b") == true)
        #expect(job?.texts("l")?.map(\.text) == ["a", "2"])
        #expect(job?.texts("s")?.map(\.text) == ["x"])
        #expect(job?.mapping("m")?.string("k") == "v")
        #expect(job?.choice("e", of: Level.self) == .low)
        #expect(job?.string("absent") == nil)
        #expect(diagnostics.diagnostics.isEmpty)
    }

    @Test("an unknown key is reported with the one that was meant, or with all of them")
    func unknownKeys() {
        _ = reader("nmae: 1\nrunson: 2\nwhatever: 3\n", keys: ["name", "runs-on", "steps"])
        #expect(
            remarks == [
                "1:1 unknown-key: unknown key \"nmae\" in job; did you mean \"name\"?",
                "2:1 unknown-key: unknown key \"runson\" in job; did you mean \"runs-on\"?",
                "3:1 unknown-key: unknown key \"whatever\" in job; expected one of: name, runs-on, steps",
            ])
    }

    @Test("a key that is there already is not what was meant")
    func unknownKeyBesideTheRightOne() {
        _ = reader("step: 1\nsteps: 2\n", keys: ["steps"])
        #expect(remarks == ["1:1 unknown-key: unknown key \"step\" in job; expected one of: steps"])
    }

    @Test("a value of another kind is reported and read as absent")
    func otherKinds() {
        let job = reader("s: 1\nb: yes\nl: {}\nm: [x]\nt:\nx: [a, [b]]\n")
        #expect(job?.string("s") == nil)
        #expect(job?.boolean("b") == nil)
        #expect(job?.elements("l") == nil)
        #expect(job?.mapping("m") == nil)
        #expect(job?.text("t") == nil)
        #expect(job?.texts("x")?.map(\.text) == ["a"])
        #expect(
            remarks == [
                "1:4 unexpected-kind: expected a string for \"s\" of job, found a number",
                "2:4 unexpected-kind: expected true or false for \"b\" of job, found a string",
                "3:4 unexpected-kind: expected a sequence for \"l\" of job, found a mapping",
                "4:4 unexpected-kind: expected a mapping for \"m\", found a sequence",
                "5:3 unexpected-kind: expected a string for \"t\" of job, found nothing",
                "6:8 unexpected-kind: expected a string for \"x\" of job, found a sequence",
            ])
    }

    @Test("values out of range, unknown words and missing keys are reported")
    func bounds() {
        let job = reader("i: 0\nj: 11\ne: hihg\n")
        #expect(job?.integer("i", in: 1...Int.max) == nil)
        #expect(job?.integer("j", in: 1...10) == nil)
        #expect(job?.choice("e", of: Level.self) == nil)
        #expect(job?.required("name") == nil)
        #expect(
            remarks == [
                "1:4 out-of-range: expected an integer of at least 1, found 0",
                "2:4 out-of-range: expected an integer from 1 to 10, found 11",
                "3:4 unknown-value: expected one of: low, high; found \"hihg\"; did you mean \"high\"?",
                "1:1 missing-key: job needs the key \"name\"",
            ])
    }

    @Test("a key without a value can count as absent")
    func nullIsAbsent() {
        let job = reader("a:\nb:\n  c:\n", nullIsAbsent: true)
        #expect(job?.string("a") == nil)
        #expect(job?.mapping("a") == nil)
        #expect(job?.mapping("b")?.string("c") == nil)
        #expect(reader("~", nullIsAbsent: true) == nil)
        #expect(diagnostics.diagnostics.isEmpty)
    }

    @Test("a mistake in what an alias names is shown where the alias stands")
    func alias() {
        let job = reader("a: &x [1]\nb: *x\n")
        #expect(job?.mapping("b") == nil)
        #expect(remarks == ["2:4 unexpected-kind: expected a mapping for \"b\", found a sequence"])
    }

    @Test("the number of remarks is bounded, and the bound says so")
    func boundedRemarks() {
        let collector = DiagnosticCollector(file: "a.yml", limit: 2)
        for line in 1...5 { collector.warning("rule", "message", at: SourceRange(line: line, column: 1)) }
        #expect(collector.diagnostics.map(\.rule) == ["rule", "rule", "too-many-diagnostics"])
    }

    @Test("a mapping of nothing but unknown keys is cut as well")
    func boundedUnknownKeys() {
        let text = (0..<20_000).map { "key\($0): 1\n" }.joined()
        _ = reader(text, keys: ["name"])
        #expect(diagnostics.diagnostics.count == 501)
        #expect(diagnostics.isFull)
    }
}
