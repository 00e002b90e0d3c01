internal import Diagnostics
internal import Expressions
internal import YAML

/// An `if` with text beside `${{ }}` is always true, as GitHub reads it. Rule: `constant-condition`, a warning.
struct ConditionCheck: WorkflowCheck {
    func check(_ workflow: Workflow, reportingTo diagnostics: DiagnosticCollector) {
        for condition in workflow.conditions where condition.condition.isText {
            diagnostics.warning(
                "constant-condition",
                "this condition is always true: it is text around \"${{ }}\"; put the whole condition inside, or leave out "
                    + "\"${{\" and \"}}\"",
                at: condition.node.pointer)
        }
    }
}
