internal import Diagnostics
internal import Expressions
internal import Plan

/// Makes the steps that take in the reports of a build, also of one that failed; what is wrong with a report fails nothing.
struct ReportLowering {
    let steps: StepLowering

    var all: [StepPlan] {
        steps.buildspec.reports.enumerated().flatMap { index, report in gather(report, number: index) }
    }

    private func gather(_ report: BuildspecReport, number: Int) -> [StepPlan] {
        let texts = steps.expanded(
            [report.group.value, report.baseDirectory?.value ?? "", report.files.map(\.value).joined(separator: "\n")],
            as: "report_texts_\(number)", name: "Evaluate the report \(report.group.value)")
        var inputs = zip(["name", "base-directory", "files"], texts.templates).map { NamedTemplate(name: $0, value: $1) }
        inputs.append(NamedTemplate(name: "format", value: Template(literal: report.format.rawValue)))
        var step = steps.action("slipway/test-report", name: "Report \(report.group.value)", inputs: [])
        step.work = .action(ActionCall(reference: "slipway/test-report", inputs: inputs))
        step.position = report.group.range.start
        return (texts.steps + [step]).map { step in
            var step = step
            step.condition = .of("!cancelled() && steps.\(StepLowering.source).outcome == 'success'")
            step.continueOnError = Template(literal: "true")
            return step
        }
    }
}
