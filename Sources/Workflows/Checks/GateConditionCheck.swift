internal import Diagnostics
internal import Gates
internal import YAML

/// What `slipway/gate` is given can be read: conditions, its baseline, its format. Rule: `gate-condition`. Texts with
/// expressions are known when the step runs only. Rule: `gate-order`, a warning: steps after a gate that a person decides about do
/// not run.
struct GateConditionCheck: WorkflowCheck {
    func check(_ workflow: Workflow, reportingTo diagnostics: DiagnosticCollector) {
        for job in workflow.jobs {
            for (index, step) in job.steps.enumerated() {
                guard case .action(let action) = step.work, Self.isGate(action) else { continue }
                checkInputs(of: action, diagnostics)
                let next = job.steps.dropFirst(index + 1).first { $0.condition == nil }
                guard let next, Self.input("investigate", of: action) != nil else { continue }
                diagnostics.warning(
                    "gate-order",
                    "this step does not run where the gate before it waits for a person: what is to go on after the answer belongs "
                        + "into a job that needs this one",
                    at: next.range)
            }
            for case .parallel(let steps) in job.steps.map(\.work) {
                for case .action(let action) in steps.map(\.work) where Self.isGate(action) {
                    checkInputs(of: action, diagnostics)
                }
            }
        }
    }

    private static func isGate(_ action: WorkflowAction) -> Bool {
        LanguageSupport.builtInAction(action.reference.value)?.name == "slipway/gate"
    }

    private static func input(_ name: String, of action: WorkflowAction) -> WorkflowText? {
        action.inputs.variables.first { $0.name.value.lowercased() == name }?.value
    }

    private func checkInputs(of action: WorkflowAction, _ diagnostics: DiagnosticCollector) {
        guard action.inputs.expression == nil else { return }
        let inputs = action.inputs.variables.map(\.name.value).map { $0.lowercased() }
        for missing in ["metrics"] where !inputs.contains(missing) {
            diagnostics.error("gate-condition", "the gate needs the input \"\(missing)\"", at: action.reference.range)
        }
        if !inputs.contains("conditions"), !inputs.contains("investigate") {
            diagnostics.error(
                "gate-condition", "the gate has no condition: give it \"conditions\", one a line, or \"investigate\"",
                at: action.reference.range)
        }
        for name in ["conditions", "investigate"] {
            guard let text = Self.input(name, of: action), text.isLiteral else { continue }
            for mistake in GateCondition.read(text.source).mistakes {
                diagnostics.error("gate-condition", mistake.message, at: text.node.range(ofScalarOffsets: mistake.range))
            }
        }
        if let text = Self.input("baseline", of: action), text.isLiteral, BaselineChoice(text.source, environment: nil) == nil {
            diagnostics.error("gate-condition", BaselineChoice.expectation(text.source), at: text.range)
        }
        if let text = Self.input("format", of: action), text.isLiteral, text.source != "auto",
            MetricFormat(rawValue: text.source) == nil
        {
            diagnostics.error(
                "gate-condition", "found the format \"\(text.source)\", expected auto, json, csv or junit", at: text.range)
        }
    }
}
