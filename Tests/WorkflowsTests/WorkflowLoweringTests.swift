import Diagnostics
import Expressions
import Foundation
import Plan
import Testing

@testable import Workflows

struct WorkflowLoweringTests {
    /// Set SLIPWAY_WRITE_GOLDEN=1 to write the plans anew; look at the difference before it is kept.
    @Test("a workflow becomes the plan beside it", arguments: GoldenFile.workflows)
    func aWorkflowBecomesThePlanBesideIt(name: String) throws {
        let document = WorkflowReader.read(text: try GoldenFile.text(name), path: ".github/workflows/\(name)")
        #expect(document.isAccepted, "\(document.diagnostics.map(\.message))")
        let plan = try #require(document.plan)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let data = try encoder.encode(plan)
        let golden = name.replacing(".yml", with: ".json")
        if ProcessInfo.processInfo.environment["SLIPWAY_WRITE_GOLDEN"] == "1" {
            try GoldenFile.write(String(decoding: data, as: UTF8.self) + "\n", to: golden)
        }
        #expect(try GoldenFile.text(golden) == String(decoding: data, as: UTF8.self) + "\n")
        #expect(try JSONDecoder().decode(RunPlan.self, from: data) == plan)
    }

    @Test("a file with errors has no plan")
    func aFileWithErrorsHasNoPlan() {
        #expect(WorkflowReader.read(text: "on: push\njobs: {}\n", path: "ci.yml").plan == nil)
    }

    @Test("numbers become text as the language writes them")
    func numbersBecomeText() throws {
        let text =
            "on: push\nenv: {A: 3.10, B: 0x10, C: 1e3, D: TRUE, E: ~, F: '3.10', G: 007}\n"
            + "jobs: {a: {runs-on: x, steps: [{run: x}]}}\n"
        let plan = try #require(WorkflowReader.read(text: text, path: "ci.yml").plan)
        #expect(plan.environment.map(\.value.source) == ["3.1", "16", "1000", "true", "", "3.10", "7"])
    }
}
