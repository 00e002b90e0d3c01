import Diagnostics
import Foundation
import Plan
import Testing

@testable import Workflows

/// Damaged files are answered, whatever the damage, and what is refused in a sound file is refused in any.
///
/// Nothing is timed: the work is bounded by construction. A file over 1 MiB, over 100,000 values with every alias replaced, or
/// over 100 levels is not read; an expression has at most 21,000 characters and 50 levels; of a matrix at most 64 times 256
/// cells are built; every check looks at each key, text or expression once.
struct MutatedWorkflowTests {
    private static let scraps = [
        "${{", "}}", "- ", ": ", "\n", "  ", "\"", "'", "{", "}", "[", "]", "&a ", "*a", "<<: ", "!!map ", "|\n", "#", "\t",
        "needs: build\n", "0x", "\u{0}", "é", "github.", "((((", "&& ", "**", "!", "\\", "parallel: [", "uses: ./", "\r\n",
        "? ", "%YAML 1.1\n", "---\n", "\u{FEFF}", "1e999", "steps:\n", "matrix: ", "🧪",
    ]

    /// The text with up to six places of it damaged.
    private static func damaged(_ text: String, using generator: inout SeededGenerator) -> String {
        var scalars = Array(text.unicodeScalars)
        for _ in 0..<Int.random(in: 1...6, using: &generator) where !scalars.isEmpty {
            let place = Int.random(in: 0..<scalars.count, using: &generator)
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: scalars.removeSubrange(place...)
            case 1: scalars.removeSubrange(place..<min(place + 7, scalars.count))
            case 2:
                let scrap = scraps.randomElement(using: &generator) ?? ""
                scalars.insert(contentsOf: scrap.unicodeScalars, at: place)
            case 3: scalars[place] = scalars.randomElement(using: &generator) ?? " "
            default:
                let end = min(place + 40, scalars.count)
                scalars.insert(contentsOf: scalars[place..<end], at: Int.random(in: 0..<scalars.count, using: &generator))
            }
        }
        return String(String.UnicodeScalarView(scalars))
    }

    /// Reads a text in every way, and holds the answers together.
    private static func probe(_ text: String) throws {
        let document = WorkflowReader.read(
            text: text, path: "ci.yml", calls: LocalCalledWorkflows { $0.hasSuffix("ci.yml") ? text : nil })
        try check(document.diagnostics, of: text)
        let plan = document.plan
        #expect(document.isAccepted == (plan != nil))
        if let plan { #expect(try JSONDecoder().decode(RunPlan.self, from: JSONEncoder().encode(plan)) == plan) }
        _ = PlanAnswer.plan(of: document, for: PlanRequest())
        _ = PlanAnswer.structure(of: document)
        let action = ActionReader.read(text: text, path: "a/action.yml")
        try check(action.diagnostics, of: text)
        #expect(action.isAccepted || action.refusal != nil)
    }

    private static func check(_ diagnostics: [Diagnostic], of text: String) throws {
        let lines = text.unicodeScalars.count { $0 == "\n" || $0 == "\r" } + 1
        for diagnostic in diagnostics {
            #expect((1...lines + 1).contains(diagnostic.line), "\(diagnostic)")
            #expect(diagnostic.column >= 1 && !diagnostic.message.isEmpty, "\(diagnostic)")
            #expect(diagnostic.range.start <= diagnostic.range.end, "\(diagnostic)")
        }
    }

    @Test("a generated file is sound as it is", arguments: 0..<100)
    func aGeneratedFileIsSound(seed: Int) throws {
        let text = GeneratedWorkflow(seed: seed).text
        let document = WorkflowReader.read(text: text, path: "ci.yml")
        #expect(document.isAccepted, "\(document.diagnostics.map { "\($0.line): \($0.message)" })\n\(text)")
        try Self.probe(text)
    }

    @Test("a damaged file is answered with diagnostics, whatever the damage", arguments: 0..<100)
    func aDamagedFileIsAnswered(seed: Int) throws {
        var generator = SeededGenerator(seed: seed)
        let texts = [
            try GoldenFile.text("everything.yml"), try GoldenFile.text("concurrent.yml"), GeneratedWorkflow(seed: seed).text,
        ]
        for text in texts {
            for _ in 0..<2 { try Self.probe(Self.damaged(text, using: &generator)) }
        }
    }

    @Test("a file that ends too early is answered", arguments: 0..<100)
    func aTruncatedFileIsAnswered(seed: Int) throws {
        var generator = SeededGenerator(seed: seed + 1_000)
        let text = GeneratedWorkflow(seed: seed).text
        for _ in 0..<4 {
            let length = Int.random(in: 0...text.unicodeScalars.count, using: &generator)
            try Self.probe(String(String.UnicodeScalarView(text.unicodeScalars.prefix(length))))
        }
        // Also in the midst of a character, as a broken transfer leaves it.
        let bytes = Array(text.utf8).prefix(Int.random(in: 0...text.utf8.count, using: &generator))
        try Self.probe(String(decoding: bytes, as: UTF8.self))
    }

    // MARK: What must not pass

    private static let wrong: [(snippet: String, level: GeneratedWorkflow.Level)] = [
        ("nmae: x", .top), ("defaults: {run: {shel: bash}}", .top), ("run-name: ${{ secrets.A }}", .top),
        ("run-name: ${{ github.ref", .top), ("run-name: ${{ nothing.ref }}", .top), ("name: again", .top),
        ("description: ${{ github.ref }}", .top), ("defaults: <<", .top), ("? [complex, key]\n: x", .top),
        ("run: x", .job), ("uses: ./.github/workflows/x.yml", .job), ("environment: {url: x}", .job), ("env: [a]", .job),
        ("continue-on-error: maybe", .job), ("snapshot: {version: x}", .job), ("defaults: {run: {shell: fish}}", .job),
        ("name: ${{ steps.a.outcome }}", .job), ("name: ${{ success() }}", .job), ("name: ${{ ende() }}", .job),
        ("cancel-timeout-minutes: long", .job), ("concurrency: {queue: max}", .job), ("defaults: !thing {}", .job),
        ("environment: *nothing", .job), ("permissions: {contents: all}", .job),
        ("rum: x", .step), ("env: {A: {b: c}}", .step), ("timeout-minutes: long", .step), ("wait: nobody", .step),
        ("env: {A: \"${{ jobs.a.result }}\"}", .step), ("parallel: []", .step), ("id: 1a", .step),
        ("if: secrets.A == ''", .step), ("timeout-minutes: ${{ 1 + 1 }}", .step),
    ]

    @Test("a mistake is found wherever it stands", arguments: 0..<100)
    func aMistakeIsFoundEverywhere(seed: Int) throws {
        let workflow = GeneratedWorkflow(seed: seed)
        var generator = SeededGenerator(seed: seed + 2_000)
        for (snippet, level) in Self.wrong where workflow.places.contains(where: { $0.level == level }) {
            let (text, line) = workflow.text(with: snippet, at: level, choosing: &generator)
            let document = WorkflowReader.read(text: text, path: "ci.yml")
            let errors = document.diagnostics.filter { $0.severity == .error }
            #expect(!document.isAccepted, "\(snippet) in\n\(text)")
            #expect(document.plan == nil)
            #expect(
                errors.contains { $0.line >= line }, "\(snippet) in line \(line): \(errors.map { "\($0.line) \($0.message)" })")
        }
    }

    @Test("jobs that need each other or nobody are found whatever stands around them", arguments: 0..<20)
    func wrongNeedsAreFound(seed: Int) {
        let text = GeneratedWorkflow(seed: seed).text
        let tail = "  {runs-on: x, needs: NEED, steps: [{run: x}]}\n"
        for (first, second) in [("nobody", "job0"), ("two", "one"), ("one", "one")] {
            let jobs = "  one:\n  \(tail.replacing("NEED", with: first))  two:\n  \(tail.replacing("NEED", with: second))"
            let rules = WorkflowReader.read(text: text + jobs, path: "ci.yml").diagnostics.map(\.rule)
            #expect(rules.contains(first == "nobody" ? "unknown-job" : "cyclic-needs"))
        }
        let axes = "  many: {runs-on: x, steps: [{run: x}], strategy: {matrix: {a: LIST, b: LIST}}}\n"
        let list = "[\((1...17).map(String.init).joined(separator: ", "))]"
        let rules = WorkflowReader.read(text: text + axes.replacing("LIST", with: list), path: "ci.yml").diagnostics.map(\.rule)
        #expect(rules.contains("matrix"))
    }
}
