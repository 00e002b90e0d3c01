internal import Diagnostics

/// Variables have names that a process can see. Rule: `variable-name`, a warning: GitHub takes any name.
struct VariableNameCheck: WorkflowCheck {
    func check(_ workflow: Workflow, reportingTo diagnostics: DiagnosticCollector) {
        var environments = [workflow.environment]
        for job in workflow.jobs { environments += [job.environment] + job.steps.withInnerSteps.map(\.environment) }
        for name in environments.flatMap(\.variables).map(\.name) {
            guard name.value.contains(where: { $0 == "=" || $0.isWhitespace || $0 == "\0" }) else { continue }
            diagnostics.warning(
                "variable-name", "no process can see a variable called \"\(name.value)\"; expected letters, digits and \"_\"",
                at: name.range)
        }
    }
}
