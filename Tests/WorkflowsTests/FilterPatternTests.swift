import Expressions
import Testing

@testable import Workflows

struct FilterPatternTests {
    struct Match: Sendable, CustomTestStringConvertible {
        let pattern: String
        let text: String
        let matches: Bool

        init(_ pattern: String, _ text: String, _ matches: Bool) {
            self.pattern = pattern
            self.text = text
            self.matches = matches
        }

        var testDescription: String { "\(pattern) \(matches ? "takes" : "leaves") \(text)" }
    }

    @Test(
        "a pattern matches a whole name",
        arguments: [
            Match("main", "main", true),
            Match("main", "maintenance", false),
            Match("Main", "main", false),
            Match("*", "topic", true),
            Match("*", "topic/one", false),
            Match("**", "topic/one/two", true),
            Match("topic/*", "topic/one", true),
            Match("topic/*", "topic/one/two", false),
            Match("topic/**", "topic/one/two", true),
            Match("topic/**", "topic", false),
            Match("**/a.txt", "a.txt", true),
            Match("**/a.txt", "deep/er/a.txt", true),
            Match("**/a.txt", "aa.txt", false),
            Match("src/**/*.swift", "src/main.swift", true),
            Match("src/**/*.swift", "src/a/b/main.swift", true),
            Match("src/**/*.swift", "src/a/b/main.c", false),
            Match("v**/x", "v/x", true),
            Match("v**/x", "v1/2/x", true),
            Match("v**/x", "vx", false),
            Match("v[0-9]+.[0-9]+", "v12.3", true),
            Match("v[0-9]+.[0-9]+", "v.3", false),
            Match("v[0-9]+.[0-9]+", "v12x3", false),
            Match("[ab-c]x", "cx", true),
            Match("[ab-c]x", "-x", false),
            Match("colou?r", "color", true),
            Match("colou?r", "colour", true),
            Match("colou?r", "colouur", false),
            Match("go+", "gooo", true),
            Match("go+", "g", false),
            Match(#"a\*b"#, "a*b", true),
            Match(#"a\*b"#, "axb", false),
            Match(#"1\.2"#, "1.2", true),
            Match(#"1\.2"#, "1x2", false),
            Match("ä*", "äö", true),
            Match("!main", "main", true),
        ])
    func aPatternMatchesAWholeName(_ row: Match) {
        #expect(FilterPattern(row.pattern, kind: .path).matches(row.text) == row.matches)
    }

    @Test("the last pattern that matches decides")
    func theLastPatternThatMatchesDecides() {
        let list = FilterList(["docs/**", "!docs/internal/**", "docs/internal/open.md"], kind: .path)
        #expect(list.includes("docs/index.md"))
        #expect(!list.includes("docs/internal/plan.md"))
        #expect(list.includes("docs/internal/open.md"))
        #expect(!list.includes("src/main.c"))
    }

    @Test("paths skip a change without a file that matches, paths-ignore one with nothing else")
    func pathsAndPathsIgnoreSkipWhatTheyShould() {
        let list = FilterList(["docs/**", "*.md"], kind: .path)
        #expect(!list.skips(changesTo: ["src/a.c", "docs/a.md"]))
        #expect(list.skips(changesTo: ["src/a.c"]))
        #expect(list.skips(changesOnlyTo: ["docs/a.md", "README.md"]))
        #expect(!list.skips(changesOnlyTo: ["docs/a.md", "src/a.c"]))
    }

    @Test("an exclusion in paths-ignore stands for everything that it does not match")
    func anExclusionInPathsIgnoreIsJudgedByItself() {
        let list = FilterList(["!src/**"], kind: .path)
        #expect(list.ignores("docs/a.md"))
        #expect(!list.ignores("src/a.c"))
    }

    @Test(
        "a malformed pattern is told apart from one that can match nothing",
        arguments: [
            ("", FilterPattern.Kind.ref, 0, FilterPatternFlaw.Weight.malformed),
            ("!", .ref, 0, .malformed),
            ("+a", .path, 0, .malformed),
            ("a??", .path, 2, .malformed),
            ("**+", .path, 2, .malformed),
            ("ab[c-", .path, 2, .malformed),
            ("[]", .path, 0, .malformed),
            ("[z-a]", .path, 1, .malformed),
            (#"v\d"#, .ref, 1, .futile),
            (#"v\"#, .path, 1, .malformed),
            ("a\nb", .path, 1, .malformed),
            ("/main", .ref, 0, .futile),
            ("main/", .ref, 4, .futile),
            ("a b", .ref, 1, .futile),
            ("[x]", .ref, 0, .futile),
            ("./src", .path, 0, .futile),
            ("!../src", .path, 1, .futile),
            (" src", .path, 0, .futile),
        ])
    func flawsHavePlaceAndWeight(
        pattern: String, kind: FilterPattern.Kind, offset: Int, weight: FilterPatternFlaw.Weight
    ) throws {
        let flaw = try #require(FilterPattern(pattern, kind: kind).flaws.first)
        #expect(flaw.offset == offset)
        #expect(flaw.weight == weight)
    }

    @Test("a pattern of many stars is no slower than a simple one")
    func aPatternOfManyStarsIsNotSlow() {
        let pattern = FilterPattern(String(repeating: "**a", count: 60) + "b", kind: .path)
        #expect(!pattern.matches(String(repeating: "a", count: 2_000)))
    }

    @Test("the answer of the command names every input")
    func theAnswerNamesEveryInput() {
        let answer = FilterAnswer(patterns: ["*.md", "!README.md"], kind: .path, inputs: ["a.md", "README.md"])
        #expect(answer.value.jsonText() == #"{"matches":{"a.md":true,"README.md":false},"skip":false}"#)
        #expect(FilterAnswer(patterns: ["["], kind: .ref, inputs: []).problems.count == 1)
    }
}
