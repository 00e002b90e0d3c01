import Diagnostics
import Testing

@testable import Workflows

struct MutatedWorkflowTests {
    /// Numbers that look random and are the same every time.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 29)
        }
    }

    private static let scraps = [
        "${{", "}}", "- ", ": ", "\n", "  ", "\"", "'", "{", "}", "[", "]", "&a ", "*a", "<<: ", "!!map ", "|\n", "#", "\t",
        "needs: build\n", "0x", "\u{0}", "é", "github.", "((((", "&& ", "**", "!", "\\",
    ]

    @Test("a damaged file is answered with diagnostics, whatever the damage", arguments: 0..<300)
    func aDamagedFileIsAnswered(seed: Int) throws {
        var generator = Generator(state: UInt64(seed) &* 977 &+ 13)
        var scalars = Array(try GoldenFile.text("everything.yml").unicodeScalars)
        for _ in 0..<Int.random(in: 1...6, using: &generator) {
            let place = Int.random(in: 0..<scalars.count, using: &generator)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: scalars.removeSubrange(place...)
            case 1: scalars.removeSubrange(place..<min(place + 7, scalars.count))
            case 2:
                let scrap = Self.scraps.randomElement(using: &generator) ?? ""
                scalars.insert(contentsOf: scrap.unicodeScalars, at: place)
            default:
                let end = min(place + 40, scalars.count)
                scalars.insert(contentsOf: scalars[place..<end], at: Int.random(in: 0..<scalars.count, using: &generator))
            }
            if scalars.isEmpty { break }
        }
        let text = String(String.UnicodeScalarView(scalars))
        let document = WorkflowReader.read(text: text, path: "ci.yml", calls: LocalCalledWorkflows { _ in nil })
        #expect(document.isAccepted == (document.plan != nil))
        let lines = text.unicodeScalars.count { $0 == "\n" || $0 == "\r" } + 1
        for diagnostic in document.diagnostics {
            #expect((1...lines + 1).contains(diagnostic.line))
            #expect(diagnostic.column >= 1)
            #expect(!diagnostic.message.isEmpty)
        }
    }
}
