internal import Diagnostics
internal import YAML

/// Declared inputs: a choice has options, a default is of the input's type, and there are at most 25.
///
/// Rules: `input`, `input-default`.
struct InputCheck: WorkflowCheck {
    static let limit = 25

    func check(_ workflow: Workflow, reportingTo diagnostics: DiagnosticCollector) {
        for trigger in workflow.triggers {
            for input in trigger.inputs { check(input, diagnostics) }
        }
        let inputs = workflow.dispatchInputs
        if inputs.count > Self.limit {
            diagnostics.error(
                "input", "\"workflow_dispatch\" has \(inputs.count) inputs, at most \(Self.limit) are allowed",
                at: inputs[Self.limit].name.range)
        }
    }

    private func check(_ input: WorkflowInput, _ diagnostics: DiagnosticCollector) {
        let label = "the input \"\(input.name.value)\""
        if input.kind == .choice, input.options.isEmpty {
            diagnostics.error("input", "\(label) is a choice but has no \"options\"", at: input.name.range)
        } else if input.kind != .choice, !input.options.isEmpty {
            diagnostics.warning(
                "input", "\"options\" have no effect: \(label) is of type \(input.kind.rawValue), not choice",
                at: input.options[0].range)
        }
        guard let text = input.defaultText, text.isLiteral, !text.source.isEmpty else { return }
        switch input.kind {
        case .boolean where text.node.boolean == nil && text.source != "true" && text.source != "false":
            diagnostics.error(
                "input-default", "the default of \(label) must be true or false, found \"\(text.source)\"", at: text.range)
        case .number where text.node.number == nil && Double(text.source) == nil:
            diagnostics.error(
                "input-default", "the default of \(label) must be a number, found \"\(text.source)\"", at: text.range)
        case .choice where !input.options.isEmpty && !input.options.contains { $0.value == text.source }:
            diagnostics.error(
                "input-default", "the default \"\(text.source)\" of \(label) is none of its options", at: text.range)
        default: break
        }
    }
}
