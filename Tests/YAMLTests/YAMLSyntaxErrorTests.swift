import Diagnostics
import Testing
import YAML

@Suite struct YAMLSyntaxErrorTests {
    @Test(
        "a syntax error is explained at the place where it can be mended",
        arguments: [
            ("a:\n\tb: 1\n", "2:1: a tab cannot indent in YAML; use spaces"),
            ("a: @x\n", "1:4: a value cannot start with \"@\"; put it in quotes"),
            ("a: `x`\n", "1:4: a value cannot start with \"`\"; put it in quotes"),
            ("a: 'x\nb: 1\n", "1:4: this quote is never closed"),
            ("a: \"x\nb: 1\n", "1:4: this quote is never closed"),
            (
                "a: \"C:\\dir\"\n",
                "1:7: unknown escape in a double-quoted string; write \"\\\\\" for a backslash, or use single quotes"
            ),
            (
                "a: **\n",
                "1:5: \"*\" starts the name of an alias here; put a pattern such as \"*.txt\" or \"**\" in quotes"
            ),
            ("a: [1, 2\n", "1:4: this \"[\" is never closed"),
            ("a: {b: 1\n", "1:4: this \"{\" is never closed"),
            ("a:\n  [1 2\n  3: ]]\n", "3:4: expected \",\" or \"]\" in the \"[…]\" (it starts in line 2)"),
            (
                "name: a: b\n",
                "1:8: \":\" makes a key here, but no key may stand here; put the value in quotes if the colon is part of it,"
                    + " or check the indentation"
            ),
            (
                "a:\n    b: 1\n  c: 2\n",
                "3:3: expected a key of the mapping around it (it starts in line 1); check the indentation and the quotes of"
                    + " this line"
            ),
            ("a: 1\nb\nc: 2\n", "2:1: expected \":\" after this key; check the indentation, or add the colon"),
            ("a: - b\n", "1:4: \"-\" cannot start a sequence here; put the sequence on lines of its own"),
            (
                "a:\n  - 1\n  b: 2\n",
                "3:3: expected \"-\", another element of the sequence around it (it starts in line 2); check the indentation"
            ),
            ("a: ]\n", "1:4: expected a value"),
            ("a: !x!y z\n", "1:4: \"!\" starts a tag here; put the value in quotes if it is a text"),
        ])
    func explained(source: String, expected: String) {
        let document = YAMLDocument.parse(source, file: "a.yml")
        #expect(document.root == nil)
        #expect(document.diagnostics.map { "\($0.line):\($0.column): \($0.message)" } == [expected])
        #expect(document.diagnostics.allSatisfy { $0.rule == "yaml-syntax" })
    }

    @Test("mistakes before the syntax error are reported as well")
    func both() {
        let document = YAMLDocument.parse("a: 1\na: 2\nb: 'x\n", file: "a.yml")
        #expect(document.diagnostics.map(\.rule) == ["duplicate-key", "yaml-syntax"])
    }
}
