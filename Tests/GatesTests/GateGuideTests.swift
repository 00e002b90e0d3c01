import Foundation
import Testing

@testable import Gates

struct GateGuideTests {
    @Test("every condition that the guide shows is one")
    func examples() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let guide = try String(contentsOf: root.appending(path: "docs/gates.md"), encoding: .utf8)
        let after = try #require(guide.components(separatedBy: "```gate\n").dropFirst().first)
        let block = try #require(after.components(separatedBy: "```").first)
        let (conditions, mistakes) = GateCondition.read(block)
        #expect(mistakes.map { $0.rendered(in: block, as: "gates.md") } == [])
        #expect(conditions.count == block.split(separator: "\n").count)
        for name in ConditionNode.GroupFunction.allCases { #expect(guide.contains("`\(name.rawValue)(")) }
    }
}
