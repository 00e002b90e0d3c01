internal import Expressions

extension ReportPlan {
    /// Reads as it stands here, which a test holds it to.
    static let unlessCancelled = (try? Condition(parsing: "!cancelled()")) ?? .whenSuccessful

    /// The step that gathers the report once the job's commands have ended, however they ended.
    public var step: StepPlan {
        var inputs = [
            NamedTemplate(name: "name", value: Template(literal: displayName)),
            NamedTemplate(name: "files", value: Template(literal: files.joined(separator: "\n"))),
            NamedTemplate(name: "format", value: Template(literal: format.shortName)),
        ]
        if let baseDirectory { inputs.append(NamedTemplate(name: "base-directory", value: Template(literal: baseDirectory))) }
        return StepPlan(
            name: Template(literal: "Report \(displayName)"), condition: Self.unlessCancelled,
            work: .action(ActionCall(reference: "slipway/test-report", inputs: inputs)), position: position)
    }
}
