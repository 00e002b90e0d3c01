import Diagnostics
import Testing
import YAML

@Suite struct YAMLDocumentTests {
    private func parse(_ text: String, limits: YAMLLimits = .standard) -> YAMLDocument {
        YAMLDocument.parse(text, file: "a.yml", limits: limits)
    }

    /// `line:column-line:column`, the end being the place after the last character.
    private func text(of range: SourceRange?) -> String {
        guard let range else { return "none" }
        return "\(range.start.line):\(range.start.column)-\(range.end.line):\(range.end.column)"
    }

    /// Severity is left out: all of them are errors.
    private func remarks(_ text: String, limits: YAMLLimits = .standard) -> [String] {
        parse(text, limits: limits).diagnostics.map { "\($0.line):\($0.column) \($0.rule)" }
    }

    @Test("an empty file has no root and no mistakes", arguments: ["", "\n\n", "# nothing\n", "\u{FEFF}"])
    func empty(text: String) {
        let document = parse(text)
        #expect(document.root == nil)
        #expect(document.diagnostics.isEmpty)
    }

    @Test("mappings, sequences and scalars are read in the order of the file")
    func tree() {
        let root = parse("on: push\njobs:\n  b: [1, 'x']\n  a:\n  - true\n  -\n").root
        #expect(root?.entries?.map(\.name) == ["on", "jobs"])
        #expect(root?["on"]?.string == "push")
        #expect(root?["jobs"]?.entries?.map(\.name) == ["b", "a"])
        #expect(root?["jobs"]?["b"]?.elements?.first?.integer == 1)
        #expect(root?["jobs"]?["b"]?.elements?.last?.string == "x")
        #expect(root?["jobs"]?["a"]?.elements?.first?.boolean == true)
        #expect(root?["jobs"]?["a"]?.elements?.last?.isNull == true)
    }

    @Test("a quoted number is a string")
    func quotedNumber() {
        let root = parse("a: '1'\nb: \"true\"\nc: |\n  1\n").root
        #expect(root?["a"]?.string == "1")
        #expect(root?["b"]?.string == "true")
        #expect(root?["c"]?.string == "1\n")
    }

    @Test(
        "the range of a scalar is the scalar itself",
        arguments: [
            ("a: plain text # comment\n", "1:4-1:14"),
            ("a: 'it''s'\n", "1:4-1:11"),
            ("a:  \"é\\n\"\r\n", "1:5-1:10"),
            ("a:\n  two\n  lines\nb: 1\n", "2:3-3:8"),
            ("a: |\n  x\n  y\n\n\nb: 1\n", "1:4-3:4"),
            ("a: >-  # why\n\n    x\n", "1:4-3:6"),
            ("a: &name  'x'\n", "1:11-1:14"),
            ("a: !!str\n  12\n", "2:3-2:5"),
            ("a: !!str &n 12\n", "1:13-1:15"),
            ("a:\nb: 1\n", "1:3-1:3"),
            ("a: &n\nb: 1\n", "1:6-1:6"),
            ("\u{FEFF}a: x\n", "1:4-1:5"),
            ("a: 😀 # astral\n", "1:4-1:5"),
        ])
    func scalarRange(source: String, expected: String) {
        #expect(text(of: parse(source).root?["a"]?.range) == expected)
    }

    @Test(
        "the range of a collection ends with its last value",
        arguments: [
            ("a:\n  b: 1\n  c: 2\n\n# end\nd: 1\n", "2:3-3:7"),
            ("a: [1,\n  2 ] # x\n", "1:4-2:6"),
            ("a: { b: 1 }\n", "1:4-1:12"),
            ("a:\n- 1\n- x: 2\n\nb: 1\n", "2:1-3:7"),
            ("a: &n\n  b: 1\n", "2:3-2:7"),
            ("a: &n [1]\n", "1:7-1:10"),
            ("a: [&n {b: 1}, *n]\n", "1:4-1:19"),
        ])
    func collectionRange(source: String, expected: String) {
        #expect(text(of: parse(source).root?["a"]?.range) == expected)
    }

    @Test("an alias is replaced by what it names and remembers where it stands")
    func alias() {
        let document = parse("a: &x\n  k: [1, 2]\nb: *x\nc: {d: *x}\n")
        #expect(document.diagnostics.isEmpty)
        let second = document.root?["b"]
        #expect(second?["k"]?.elements?.count == 2)
        #expect(text(of: second?.range) == "2:3-2:12")
        #expect(text(of: second?.aliasRange) == "3:4-3:6")
        #expect(document.root?["a"]?.aliasRange == nil)
        #expect(document.root?["c"]?["d"]?["k"]?.elements?.last?.integer == 2)
    }

    @Test(
        "what a file must not contain is reported at its place",
        arguments: [
            ("a: 1\nb: 2\na: 3\n", ["3:1 duplicate-key"]),
            ("a: 1\nA: 2\n", []),
            ("x: {'a': 1, \"a\": 3, a: 4}\n", ["1:13 duplicate-key", "1:21 duplicate-key"]),
            ("a: &x {k: 1}\nb:\n  <<: *x\n  c: 1\n", ["3:3 merge-key"]),
            ("a:\n  \"<<\": 1\n", []),
            ("? [a, b]\n: 1\nc: 2\n", ["1:3 complex-key"]),
            ("a: *x\n", ["1:4 unknown-alias"]),
            ("a: &x [1, *x]\n", ["1:11 unknown-alias"]),
            ("a: 1\n---\nb: 2\n", ["2:1 several-documents"]),
            ("---\na: 1\n...\n", []),
            ("a: !Ref x\nb: !!set {}\nc: !!int x\n", ["1:4 unsupported-tag", "2:4 unsupported-tag", "3:4 unsupported-tag"]),
            ("a: !!int \"1\"\nb: !!null ''\n", ["1:4 unsupported-tag", "2:4 unsupported-tag"]),
            ("a: !!str 1\nb: ! 2\nc: !!float 1\nd: !!seq []\n", []),
        ])
    func refused(source: String, expected: [String]) {
        #expect(remarks(source) == expected)
    }

    @Test("of a key that is there twice the first value counts, and the message names its place")
    func duplicateKey() {
        let document = parse("a: 1\na: 2\n")
        #expect(document.root?["a"]?.integer == 1)
        #expect(document.root?.entries?.count == 1)
        #expect(document.diagnostics.first?.message == "the key \"a\" is already in line 1, column 1")
    }

    @Test("a tag for strings makes a number a string")
    func stringTag() {
        #expect(parse("a: !!str 12").root?["a"]?.string == "12")
    }

    @Test("a file that is not UTF-8 is refused at the first wrong byte")
    func invalidEncoding() {
        let document = YAMLDocument.parse(bytes: Array("a: 1\nb: ü".utf8) + [0xC3, 0x28], file: "a.yml")
        #expect(document.root == nil)
        #expect(document.diagnostics.map { "\($0.line):\($0.column) \($0.rule)" } == ["2:5 encoding"])
    }

    @Test("control characters are refused, line ends of any kind are not")
    func controlCharacters() {
        #expect(remarks("a: x\u{0}y\n") == ["1:5 encoding"])
        #expect(remarks("a: 1\nb: \u{1B}[0m\n") == ["2:4 encoding"])
        #expect(remarks("a: 1\nb: \u{FFFE}\n") == ["2:4 yaml-syntax"])
        #expect(parse("a: 1\r\nb:\r\n  - 2\r\n").root?["b"]?.elements?.first?.integer == 2)
        #expect(parse("a: 1").root?["a"]?.integer == 1)
    }
}
