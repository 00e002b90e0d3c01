import Testing
import YAML

@Suite struct ClosestMatchTests {
    private let keys = ["name", "runs-on", "needs", "timeout-minutes", "if", "env", "steps"]

    @Test(
        "a misspelled word finds the one that was meant",
        arguments: [
            ("nmae", "name"), ("Runs_On", "runs-on"), ("step", "steps"), ("timeout-minute", "timeout-minutes"), ("need", "needs"),
            ("timeoutMinutes", "timeout-minutes"), ("evn", "env"), ("fi", "if"),
        ])
    func found(word: String, meant: String) {
        #expect(keys.closestMatch(to: word) == meant)
    }

    @Test("a word that is near to none finds none", arguments: ["strategy", "x", "", String(repeating: "name", count: 100)])
    func none(word: String) {
        let match = keys.filter { $0 != "if" }.closestMatch(to: word)
        #expect(match == nil)
    }
}
