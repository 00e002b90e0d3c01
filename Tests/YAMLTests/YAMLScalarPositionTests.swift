import Diagnostics
import Testing
import YAML

@Suite struct YAMLScalarPositionTests {
    /// In each source the text of `a` contains one `$`, which has to be found where it is in the source.
    @Test(
        "a character of a scalar is found in the source",
        arguments: [
            "a: x $ y",
            "a: one\n   two $",
            "a: one  \n\n\n   two $",
            "a: 'it''s $'",
            "a: 'one \n\n  two''s\n  $'",
            "a: \"\\t\\x41\\u00e9\\U0001F600\\\\ $\"",
            "a: \"one \\\n    two\\\n\n  $\"",
            "a: \"one  \n   $\"",
            "a: |\n  one\n\n    two\n  $\n",
            "a: |2\n    one\n  $\n",
            "a: |-\n\n\n  one\n  😀 $\n\n",
            "a: >\n  one\n  two\n\n  three\n    four\n\n    five\n  six $\n",
            "a: >2-\n\n   one\n  two\n  three $\n",
            "a: >-\r\n  one\r\n  two\r\n\r\n  $\r\n",
            "a: |\r\n  one\r\n  $\r\n",
            "a: 😀$",
            "a: &n !!str '$'",
            "b: 1\na:\n  - &x\n    k: |\n      x\n      $\n",
        ])
    func position(source: String) throws {
        var node = try #require(YAMLDocument.parse(source, file: "a.yml").root?["a"])
        if let nested = node.elements?.first?["k"] { node = nested }
        let text = try #require(node.scalar?.text)
        let offset = try #require(text.unicodeScalars.firstOffset(of: "$"))
        let before = try #require(source.unicodeScalars.firstOffset(of: "$"))
        let head = source.unicodeScalars.prefix(before)
        let line = head.count { $0 == "\n" } + 1
        let column = head.reversed().prefix { $0 != "\n" }.count + 1
        #expect(node.position(ofScalarOffset: offset) == SourcePosition(line: line, column: column))
    }

    @Test("a part of a scalar has a range, an escape counting as one character")
    func range() throws {
        let node = try #require(YAMLDocument.parse("a: 'x ${{ y }}'", file: "a.yml").root?["a"])
        let range = node.range(ofScalarOffsets: 2..<10)
        #expect(range.start == SourcePosition(line: 1, column: 7))
        #expect(range.end == SourcePosition(line: 1, column: 15))
    }

    @Test("an offset past the end is the end of the text", arguments: ["a: xy", "a: 'xy'", "a: |\n  xy\n\n"])
    func pastEnd(source: String) throws {
        let node = try #require(YAMLDocument.parse(source, file: "a.yml").root?["a"])
        let end = node.position(ofScalarOffset: 100)
        let quote = source.hasSuffix("'") ? 1 : 0
        #expect(end.column == node.range.end.column - quote)
        #expect(end.line == node.range.end.line)
    }

    @Test("a node that is no scalar answers with its start")
    func collection() throws {
        let node = try #require(YAMLDocument.parse("a: [1]", file: "a.yml").root?["a"])
        #expect(node.position(ofScalarOffset: 3) == SourcePosition(line: 1, column: 4))
    }
}

extension String.UnicodeScalarView {
    fileprivate func firstOffset(of scalar: Unicode.Scalar) -> Int? {
        firstIndex(of: scalar).map { distance(from: startIndex, to: $0) }
    }
}
