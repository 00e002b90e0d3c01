internal import Diagnostics
internal import Expressions
internal import YAML

/// Contexts and special functions are used only where GitHub gives them.
///
/// Rules: `unknown-context`, `context-availability`, `function-availability`.
struct ContextAvailabilityCheck: WorkflowCheck {
    private static let contexts = [
        "github", "env", "vars", "job", "jobs", "steps", "runner", "secrets", "strategy", "matrix", "needs", "inputs",
    ]

    func check(_ workflow: Workflow, reportingTo diagnostics: DiagnosticCollector) {
        for expression in workflow.expressions {
            let references = expression.references
            for use in references.contexts { check(use, in: expression, diagnostics) }
            for use in references.functions { check(use, in: expression, diagnostics) }
        }
    }

    private func check(
        _ use: ExpressionReferences.ContextUse, in expression: PlacedExpression, _ diagnostics: DiagnosticCollector
    ) {
        let name = use.name.lowercased()
        let place = expression.place
        guard !place.contexts.contains(name) else { return }
        let range = expression.range(of: use.name, at: use.offset)
        let available = place.contexts.joined(separator: ", ")
        guard Self.contexts.contains(name) else {
            let meant = Self.contexts.closestMatch(to: name).map { "did you mean \"\($0)\"?" }
            diagnostics.error(
                "unknown-context", "no context is called \"\(use.name)\"; \(meant ?? "available here: \(available)")", at: range)
            return
        }
        diagnostics.error(
            "context-availability",
            "the context \"\(use.name)\" is not available in \"\(place.key)\"; available here: \(available)", at: range)
    }

    private func check(
        _ use: ExpressionReferences.FunctionUse, in expression: PlacedExpression, _ diagnostics: DiagnosticCollector
    ) {
        let isSpecial = use.function == .hashFiles || use.function.status != nil
        let name = use.function.rawValue
        guard isSpecial, !expression.place.functions.contains(name) else { return }
        let reason =
            use.function == .hashFiles
            ? "it needs the files of a running job" : "it exists in the conditions of jobs and steps only"
        diagnostics.error(
            "function-availability", "the function \"\(name)\" is not available in \"\(expression.place.key)\": \(reason)",
            at: expression.range(of: name, at: use.offset))
    }
}
