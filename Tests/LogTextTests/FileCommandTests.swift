import LogText
import Testing

@Suite("File command")
struct FileCommandTests {
    @Test(
        "assignments are read in their order",
        arguments: [
            ("A=1\nB=two words \n", [("A", "1"), ("B", "two words ")]), ("A=\n\nB==x=<<y", [("A", ""), ("B", "=x=<<y")]),
            ("A<<EOF\none\n\ntwo\nEOF\nB=3", [("A", "one\n\ntwo"), ("B", "3")]), ("A<<E=F\nx\nE=F", [("A", "x")]),
            ("A<<EOF\nEOF\n", [("A", "")]), ("A<<EOF\n\nEOF\n", [("A", "")]), ("A<<EOF\n EOF\nEOF \nEOF", [("A", " EOF\nEOF ")]),
            ("A<<EOF\nx\r\nEOF\n", [("A", "x\r")]), ("A=1\r\nB<<EOF\r\nx\r\ny\r\nEOF\r\n", [("A", "1"), ("B", "x\r\ny")]),
            ("\u{FEFF}A=ü", [("A", "ü")]), ("A=1\nB=2\nA=3\n", [("A", "3"), ("B", "2")]), ("", []),
        ])
    func pairs(text: String, expected: [(String, String)]) throws {
        let pairs = try FileCommand.pairs(in: text)
        #expect(pairs == expected.map { FileCommand.Pair(name: $0.0, value: $0.1) })
    }

    @Test(
        "a mistake is named with its line, without the value",
        arguments: [
            ("A=1\nnonsense\n", LogTextError(.noAssignment, line: 2)), ("=secret", LogTextError(.emptyName, line: 1)),
            ("<<EOF\nsecret\nEOF", LogTextError(.emptyName, line: 1)),
            ("\nA<<\nsecret", LogTextError(.emptyDelimiter(name: "A"), line: 2)),
            ("A<<EOF\nsecret EOF", LogTextError(.delimiterNotFound(name: "A", delimiter: "EOF"), line: 1)),
        ])
    func mistakes(text: String, expected: LogTextError) {
        #expect(throws: expected) { try FileCommand.pairs(in: text) }
        #expect(!expected.description.contains("secret"))
    }

    @Test("paths are lines, and of two equal ones the last counts")
    func paths() {
        #expect(FileCommand.paths(in: Array("\u{FEFF}/a\r\n\n/b c\n/a\n".utf8)) == ["/b c", "/a"])
    }
}
