import Expressions
import Testing

@testable import Workflows

struct DispatchInputsTests {
    private static let file = """
        on:
          workflow_dispatch:
            inputs:
              level: {type: choice, options: [low, high], default: low}
              count: {type: number}
              dry: {type: boolean, default: true}
              target: {type: environment}
              note: {required: true, description: why}
              bare:
        jobs: {a: {runs-on: x, steps: [{run: 'true'}]}}
        """

    private func resolve(_ given: [String: String]) throws -> (values: ExpressionObject, problems: [String]) {
        let document = WorkflowReader.read(text: Self.file, path: "ci.yml")
        #expect(document.isAccepted, "\(document.diagnostics)")
        let workflow = try #require(document.workflow)
        let resolved = DispatchInputs.resolve(given: given, declared: workflow.dispatchInputs)
        return (resolved.values, resolved.problems.map(\.input))
    }

    @Test("every declared input gets a value of its type")
    func everyDeclaredInputGetsAValue() throws {
        let given = ["NOTE": "because", "count": "2.5", "dry": "false", "level": "high"]
        let (values, problems) = try resolve(given)
        #expect(problems.isEmpty)
        #expect(
            values == [
                "level": "high", "count": 2.5, "dry": false, "target": "", "note": "because", "bare": "",
            ])
    }

    @Test("defaults stand in for what is not given")
    func defaultsStandIn() throws {
        let (values, problems) = try resolve(["note": "x"])
        #expect(problems.isEmpty)
        #expect(values["level"] == "low")
        #expect(values["count"] == 0)
        #expect(values["dry"] == true)
    }

    @Test("a missing, unknown or wrong value is a problem of its input")
    func wrongValuesAreProblems() throws {
        let given = ["levl": "low", "level": "middle", "count": "two", "dry": "maybe", "note": ""]
        let (_, problems) = try resolve(given)
        #expect(problems == ["levl", "level", "count", "dry", "note"])
    }
}
