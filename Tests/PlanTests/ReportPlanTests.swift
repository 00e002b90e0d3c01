import Expressions
import Testing

@testable import Plan

struct ReportPlanTests {
    @Test("each format has its two words, in any case", arguments: ReportPlan.Format.allCases)
    func words(format: ReportPlan.Format) {
        #expect(ReportPlan.Format(word: format.rawValue.lowercased()) == format)
        #expect(ReportPlan.Format(word: format.shortName.uppercased()) == format)
        #expect(ReportPlan.Format(word: "xml") == nil)
    }

    @Test("a group that is named by its ARN goes by its name")
    func names() {
        #expect(ReportPlan(name: "arn:aws:codebuild:us-east-1:123456789012:report-group/unit", files: []).displayName == "unit")
        #expect(ReportPlan(name: "a/b", files: []).displayName == "a/b")
    }

    @Test("the step that gathers a report runs after a failure, too, and hands everything over")
    func step() throws {
        let plan = ReportPlan(name: "unit", files: ["**/*.xml", "b.xml"], baseDirectory: "out", format: .nunit3)
        #expect(plan.step.condition.source == "!cancelled()")
        guard case .action(let call) = plan.step.work else { throw ExpressionError(phase: .evaluation, message: "no action") }
        #expect(call.actionName == "slipway/test-report")
        let inputs = Dictionary(uniqueKeysWithValues: call.inputs.map { ($0.name, $0.value.literalText ?? "") })
        #expect(inputs == ["name": "unit", "files": "**/*.xml\nb.xml", "format": "nunit3", "base-directory": "out"])
    }
}
