import Docker
import Testing

@Suite("Ignore rules")
struct IgnoreRulesTests {
    private func rules(_ lines: String...) throws(DockerError) -> IgnoreRules {
        try IgnoreRules(text: Array(lines.joined(separator: "\n").utf8), name: ".dockerignore")
    }

    @Test(
        "patterns fit as Docker has it",
        arguments: [
            ("*.pyc", "a.pyc", true), ("*.pyc", "app/a.pyc", false), ("**/*.pyc", "a.pyc", true), ("**/*.pyc", "x/y/a.pyc", true),
            ("temp?", "temp1", true), ("temp?", "temp", false), ("temp?", "temp/", false), ("a/**/b", "a/b", true),
            ("a/**/b", "a/x/y/b", true), ("a**", "ab/c", true), ("node_modules", "node_modules/x/y", true),
            ("node_modules", "app/node_modules", false), ("/models", "models/model.pkl", true), ("./models/", "models", true),
            ("x/../models", "models", true), ("[a-c].txt", "b.txt", true), ("[^a-c].txt", "b.txt", false),
            ("a\\*b", "a*b", true), ("a\\*b", "axb", false), ("a.b", "axb", false), ("(a)+", "(a)+", true),
            ("ümlaut?", "ümlautä", true), ("**", "anything/at/all", true), ("**/", "file", true), (".", "file", false),
        ])
    func patterns(pattern: String, path: String, isLeftOut: Bool) throws {
        #expect(try rules(pattern).leavesOut(path) == isLeftOut)
    }

    @Test("the last rule that fits decides, also of a folder above")
    func exceptions() throws {
        let rules = try rules("models", "!models/keep.pkl", "**/*.tmp", "!models/keep.tmp")
        #expect(rules.leavesOut("models/model.pkl"))
        #expect(!rules.leavesOut("models/keep.pkl"))
        #expect(!rules.leavesOut("models/keep.tmp"))
        #expect(rules.leavesOut("models/other.tmp"))
    }

    @Test("it is known which line left a path out")
    func deciding() throws {
        let rules = try rules("# what training makes", "", "*.pkl", "  data  ", "!data/small.csv", "data/*.csv")
        let model = try #require(rules.rule(leavingOut: "model.pkl"))
        #expect(model.line == 3 && model.text == "*.pkl" && model.file == ".dockerignore")
        #expect(rules.rule(leavingOut: "data/x/y")?.line == 4)
        #expect(rules.rule(leavingOut: "data/small.csv")?.line == 6)
        #expect(rules.rule(leavingOut: "app.py") == nil)
    }

    @Test("comments, white space, a mark of the encoding and carriage returns are no part of a pattern")
    func lines() throws {
        let text = "\u{FEFF}# comment\r\n\r\n  a b \r\n #no comment\r\n! c\r\n"
        let rules = try IgnoreRules(text: Array(text.utf8), name: ".dockerignore")
        #expect(rules.rules.map(\.text) == ["a b", "#no comment", "!c"])
        #expect(rules.rules.map(\.line) == [3, 4, 5])
    }

    @Test("a mistake is told with its line", arguments: ["[", "a[", "[]", "[a", "[a-]", "[-x]", "a\\", "!"])
    func mistakes(pattern: String) throws {
        do throws(DockerError) {
            _ = try rules("fine", pattern)
            Issue.record("\(pattern) is no pattern")
        } catch {
            #expect("\(error)".contains("line 2 of .dockerignore"), "\(error)")
        }
    }

    @Test("many stars don't take for ever")
    func effort() throws {
        let rules = try rules(String(repeating: "**/*a", count: 30) + "b")
        #expect(!rules.leavesOut(String(repeating: "a/", count: 200) + "c"))
    }
}
