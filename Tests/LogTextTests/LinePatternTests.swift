import LogText
import Testing

struct LinePatternTests {
    @Test(
        "a line's groups are found as JavaScript finds them",
        arguments: [
            (
                "^(.*):(\\d+):(\\d+): (warning|error): (.*)$", "src/a b.c:3:7: error: no: no",
                ["src/a b.c:3:7: error: no: no", "src/a b.c", "3", "7", "error", "no: no"]
            ),
            (
                "^\\s*File\\s\"(.*)\",\\sline\\s(\\d+),\\sin\\s(.*)$", "  File \"x.py\", line 5, in <module>",
                ["  File \"x.py\", line 5, in <module>", "x.py", "5", "<module>"]
            ),
            ("(a+?)(a*)", "xaaa", ["aaa", "a", "aa"]), ("(a|ab)(c|bcd)(d*)", "abcd", ["abcd", "a", "bcd", ""]),
            ("(\\w+)\\s\\1", "one two two", ["two two", "two"]),
            ("(?<q>['\"])(.*?)\\k<q>", "say 'a\"b' now", ["'a\"b'", "'", "a\"b"]),
            ("a{2}b{1,2}?c{0,}", "aaabbbcc", ["aab"]), ("x{,2}", "x{,2}", ["x{,2}"]), ("[^\\s:]+(?=:)", " ab:c", ["ab"]),
            ("^(?!warn)(\\w+)", "error", ["error", "error"]), ("(?:a(b)?)+", "abaa", ["abaa", "b"]),
            ("(?i)eRRor [x-z]", "ERROR Y", ["ERROR Y"]),
            ("[\\]\\-a-c\\d]+", "z]-b7", ["]-b7"]), ("\\bfoo\\B", "a foobar", ["foo"]),
            ("\\u00fc\\x41\\t", "\u{fc}A\t", ["\u{fc}A\t"]),
            ("[]a]+", "]a]", ["]a]"]), ("()*x", "x", ["x", ""]), ("^$", "", [""]),
            ("caf\u{e9}.", "caf\u{e9}\u{1F600}", ["caf\u{e9}\u{1F600}"]),
        ] as [(String, String, [String])])
    func matching(pattern: String, line: String, expected: [String]) throws {
        let groups = try LinePattern(pattern).groups(in: line)
        #expect(groups?.map { $0 ?? "" } == expected)
    }

    @Test(
        "what does not match has no groups",
        arguments: [
            ("^b", "ab"), ("a$", "ab"), ("^(?!warn)", "warning"), ("\\d", "٣"), ("[^a]", "aaa"), ("a{3}", "aa"), ("(a)\\1", "ab"),
            (".", "\n"),
        ])
    func misses(pattern: String, line: String) throws {
        #expect(try LinePattern(pattern).groups(in: line) == nil)
    }

    @Test("a group that took no part is nil")
    func absentGroup() throws {
        #expect(try LinePattern("(a)|(b)").groups(in: "b") == ["b", nil, "b"])
    }

    @Test(
        "what is no pattern is refused with its place",
        arguments: [
            ("(a", "invalid pattern at character 1: \"(\" without \")\""),
            ("a)", "invalid pattern at character 2: \")\" without \"(\""),
            ("[a", "invalid pattern at character 1: \"[\" without \"]\""),
            ("a**", "invalid pattern at character 3: nothing to repeat"),
            ("+", "invalid pattern at character 1: nothing to repeat"),
            ("[z-a]", "invalid pattern at character 4: a range in the wrong order"),
            ("(a)\\2", "invalid pattern at character 4: there is no group 2"),
            ("\\", "invalid pattern at character 1: nothing follows \"\\\""),
            ("a{5,2}", "invalid pattern at character 2: the bounds are in the wrong order"),
            ("(?<=a)b", "unsupported in a pattern, at character 1: looking behind"),
            ("\\p{L}", "unsupported in a pattern, at character 1: Unicode properties"),
            ("((((a{100}){100}){100}){100})", "the pattern is too large: at most 4000 instructions are allowed"),
            (String(repeating: "(", count: 200), "invalid pattern at character 101: groups are nested too deeply"),
        ])
    func mistakes(pattern: String, message: String) {
        let error = #expect(throws: LinePatternError.self) { try LinePattern(pattern) }
        #expect(error?.description == message)
    }

    @Test(
        "a pattern that would take others forever is done at once",
        arguments: ["^(a+)+$", "^(a|a)*$", "^(a*)*b", "(.*)*(.*)*(.*)*x$", "^(([a-z])+.)+[A-Z]([a-z])+$"])
    func evilPatterns(pattern: String) throws {
        let line = String(repeating: "a", count: 4000) + "!"
        #expect(try LinePattern(pattern).groups(in: line) == nil)
    }

    @Test("a pattern that can't be bounded otherwise is stopped")
    func evilBackreference() throws {
        let pattern = try LinePattern("^(a+)+\\1\\1x$")
        #expect(throws: LinePatternError.tooSlow) { try pattern.groups(in: String(repeating: "a", count: 2000)) }
    }

    @Test("nothing is looked for in a line that is too long")
    func longLine() throws {
        #expect(try LinePattern("a").groups(in: String(repeating: "a", count: LinePattern.longestLine + 1)) == nil)
    }
}
