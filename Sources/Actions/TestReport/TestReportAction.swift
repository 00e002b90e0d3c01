public import Execution
internal import Plan

/// `slipway/test-report`: takes files that tell of tests or coverage, and shows what they say on the run's page.
///
/// Inputs: `files`, patterns, one a line; `format`, `junit` unless said otherwise; `name`, by which the report is compared with
/// those of earlier runs, the format's unless said otherwise; `base-directory`, where the patterns begin. Outputs: `passed`,
/// `failed`, `skipped`, `total` and `line-rate`, as far as the format has them.
public struct TestReportAction: BuiltinAction {
    public static let names = ["slipway/test-report"]

    public init() {}

    public func run(_ invocation: ActionInvocation) throws(ActionFailure) -> ActionResult {
        let files = invocation.lines("files")
        guard !files.isEmpty else { throw ActionFailure("the input \"files\" is required: patterns, one a line") }
        let word = invocation.input("format") ?? "junit"
        guard let format = ReportPlan.Format(word: word) else {
            let known = ReportPlan.Format.allCases.map(\.shortName).joined(separator: ", ")
            throw ActionFailure("the input \"format\" must be one of \(known), found \"\(word)\"")
        }
        let plan = ReportPlan(
            name: invocation.input("name") ?? format.shortName, files: files,
            baseDirectory: invocation.input("base-directory"), format: format)
        return try ReportGathering(plan).gather(invocation)
    }
}
