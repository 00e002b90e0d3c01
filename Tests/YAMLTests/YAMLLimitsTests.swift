import Diagnostics
import Testing
import YAML

@Suite struct YAMLLimitsTests {
    private func refusal(_ text: String, limits: YAMLLimits = .standard) -> String? {
        let document = YAMLDocument.parse(text, file: "a.yml", limits: limits)
        #expect(document.root == nil)
        #expect(document.diagnostics.count == 1)
        return document.diagnostics.first.map { "\($0.line):\($0.column) \($0.rule): \($0.message)" }
    }

    @Test("aliases of aliases are cut where the file would grow over the bound")
    func aliasBomb() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...12 {
            let references = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(references)]\n"
        }
        #expect(
            refusal(text)
                == "5:45 yaml-limit: with the alias \"*a3\" the file has more than 100000 values; reading stopped here")
    }

    @Test("a file with too many values is cut")
    func manyNodes() {
        let text = "[" + String(repeating: "1,", count: 20) + "]"
        #expect(
            refusal(text, limits: YAMLLimits(nodes: 10))
                == "1:20 yaml-limit: the file has more than 10 values; reading stopped here")
    }

    @Test("deep nesting is cut", arguments: [101, 999, 5000, 200_000])
    func deepFlow(depth: Int) {
        let message = refusal(String(repeating: "[", count: depth))
        #expect(message == "1:101 yaml-limit: nested deeper than 100 levels; reading stopped here")
    }

    @Test("a hundred levels are allowed")
    func allowedDepth() {
        let text = String(repeating: "[", count: 100) + String(repeating: "]", count: 100)
        #expect(YAMLDocument.parse(text, file: "a.yml").diagnostics.isEmpty)
    }

    @Test("nesting that aliases build up is cut too")
    func deepAliases() {
        var text = "a0: &a0 [x]\n"
        for level in 1...120 { text += "a\(level): &a\(level) [*a\(level - 1)]\n" }
        #expect(refusal(text) == "100:12 yaml-limit: nested deeper than 100 levels; reading stopped here")
    }

    @Test("a file over the size is not read")
    func size() {
        #expect(
            refusal("a: 12345", limits: YAMLLimits(bytes: 7))
                == "1:1 yaml-limit: the file has 8 bytes, more than the 7 that are read")
        #expect(YAMLDocument.parse("a: 1234", file: "a.yml", limits: YAMLLimits(bytes: 7)).root != nil)
    }
}
