internal import Diagnostics
internal import Expressions

/// A script does not contain text that a stranger wrote: a title, a branch's name, a commit message. Such text becomes part
/// of the script's source, directly or through the `env` context. Rule: `untrusted-text`, a warning.
struct UntrustedTextCheck: WorkflowCheck {
    func check(_ workflow: Workflow, reportingTo diagnostics: DiagnosticCollector) {
        for job in workflow.jobs {
            for step in job.steps.withInnerSteps {
                guard let script = Self.script(of: step) else { continue }
                let variables = [step.environment, job.environment, workflow.environment]
                for expression in script.expressions { check(expression, variables, diagnostics) }
            }
        }
    }

    private func check(
        _ expression: PlacedExpression, _ variables: [WorkflowVariables], _ diagnostics: DiagnosticCollector
    ) {
        if let (path, use) = UntrustedText.source(in: expression.expression) {
            diagnostics.warning(
                "untrusted-text",
                "\"\(path)\" may be a stranger's text and becomes part of the script; pass it through \"env\" instead",
                at: expression.range(of: use.name, at: use.offset))
        }
        for use in expression.expression.flow.contexts where use.name.lowercased() == "env" {
            guard let name = use.literalPath.first, let path = Self.untrustedPath(of: name, in: variables) else { continue }
            diagnostics.warning(
                "untrusted-text",
                "\"env.\(name)\" holds \"\(path)\", which may be a stranger's text and becomes part of the script; use the variable "
                    + "itself: \"$\(name)\"",
                at: expression.range(of: use.name, at: use.offset))
        }
    }

    /// What of a stranger's text the nearest variable of a name holds.
    private static func untrustedPath(of name: String, in variables: [WorkflowVariables]) -> String? {
        for scope in variables {
            guard let variable = scope.variables.first(where: { $0.name.value == name }) else { continue }
            return variable.value.expressions.lazy.compactMap { UntrustedText.source(in: $0.expression)?.path }.first
        }
        return nil
    }

    private static func script(of step: WorkflowStep) -> WorkflowText? {
        switch step.work {
        case .script(let script): return script.text
        case .action(let action) where action.reference.value.lowercased().hasPrefix("actions/github-script@"):
            return action.inputs.variables.first { $0.name.value.lowercased() == "script" }?.value
        case .action, .wait, .waitAll, .cancel, .parallel, .missing: return nil
        }
    }
}
