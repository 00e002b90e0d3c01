internal import Diagnostics
internal import YAML

/// A built-in action is given inputs that it has. Rule: `action-input`, a warning: GitHub says it in the log only.
struct ActionInputCheck: WorkflowCheck {
    func check(_ workflow: Workflow, reportingTo diagnostics: DiagnosticCollector) {
        for case .action(let action) in workflow.jobs.flatMap(\.steps.withInnerSteps).map(\.work) {
            guard let known = LanguageSupport.builtInAction(action.reference.value) else { continue }
            Self.check(action, inputs: known.inputs, reportingTo: diagnostics)
        }
    }

    static func check(_ action: WorkflowAction, inputs: [String], reportingTo diagnostics: DiagnosticCollector) {
        for name in action.inputs.variables.map(\.name) {
            guard !inputs.contains(where: { $0.lowercased() == name.value.lowercased() }) else { continue }
            let meant = inputs.closestMatch(to: name.value).map { "; did you mean \"\($0)\"?" } ?? ""
            diagnostics.warning(
                "action-input", "the action \"\(action.reference.value)\" has no input \"\(name.value)\"\(meant)", at: name.range)
        }
    }
}
