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
}
