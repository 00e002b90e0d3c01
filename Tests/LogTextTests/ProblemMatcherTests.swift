import LogText
import Testing

struct ProblemMatcherTests {
    private static func pattern(
        _ regexp: String, _ groups: [ProblemMatcher.Part: Int], loops: Bool = false
    ) throws -> ProblemMatcher.Pattern {
        ProblemMatcher.Pattern(regexp: try LinePattern(regexp), groups: groups, loops: loops)
    }

    @Test("one pattern tells a problem by its groups")
    func single() throws {
        var matcher = try ProblemMatcher(
            owner: "gcc", patterns: [try Self.pattern("^(.*):(\\d+): (.*)$", [.file: 1, .line: 2, .message: 3])])
        #expect(try matcher.match("a.c:3: bad") == [.file: "a.c", .line: "3", .message: "bad"])
        #expect(try matcher.match("all good") == nil)
    }

    @Test("patterns follow each other, and the last one may find several problems under one head")
    func looping() throws {
        var matcher = try ProblemMatcher(
            owner: "eslint",
            patterns: [
                try Self.pattern("^(\\S+\\.js)$", [.file: 1]),
                try Self.pattern(
                    "^\\s+(\\d+):(\\d+)\\s+(error|warning)\\s+(.*)$", [.line: 1, .column: 2, .severity: 3, .message: 4],
                    loops: true),
            ])
        let lines = [
            "a.js", "  1:2  error  one", "  3:4  warning  two", "", "  5:6  error  lost", "b.js", "b.js", "  7:8  error  three",
        ]
        let found = try lines.compactMap { try matcher.match($0) }
        #expect(found.map { $0[.message] } == ["one", "two", "three"])
        #expect(found.map { $0[.file] } == ["a.js", "a.js", "b.js"])
        #expect(found[1][.severity] == "warning")
    }

    @Test("without a loop the head is forgotten after the problem, and the steps have to follow each other")
    func sequence() throws {
        var matcher = try ProblemMatcher(
            owner: "python",
            patterns: [
                try Self.pattern("^\\s*File\\s\"(.*)\",\\sline\\s(\\d+)", [.file: 1, .line: 2]),
                try Self.pattern("^\\s+raise", [:]), try Self.pattern("^(\\w+Error: .*)$", [.message: 1]),
            ])
        #expect(try matcher.match("  File \"a.py\", line 3") == nil)
        #expect(try matcher.match("    raise") == nil)
        #expect(try matcher.match("ValueError: no") == [.file: "a.py", .line: "3", .message: "ValueError: no"])
        #expect(try matcher.match("ValueError: again") == nil)
        for line in ["  File \"b.py\", line 9", "something else", "    raise", "ValueError: no"] {
            #expect(try matcher.match(line) == nil)
        }
    }

    @Test("a matcher that makes no sense is refused with its reason")
    func mistakes() throws {
        let message = try Self.pattern("(a)", [.message: 1])
        let cases: [([ProblemMatcher.Pattern], String)] = [
            ([], "it has no pattern"), ([try Self.pattern("(a)", [.file: 1])], "no pattern tells the message"),
            ([try Self.pattern("(a)", [.message: 2])], "message is the group 2, but the pattern has 1"),
            ([message, message], "message is told twice"),
            ([try Self.pattern("(a)", [.message: 1], loops: true)], "only the last of several patterns may loop"),
            ([message, try Self.pattern("(a)", [.file: 1], loops: true)], "the pattern that loops must tell the message"),
        ]
        for (patterns, reason) in cases {
            #expect(throws: ProblemMatcher.Mistake(reason)) { try ProblemMatcher(owner: "o", patterns: patterns) }
        }
    }
}
