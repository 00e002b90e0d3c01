internal import Diagnostics
internal import Expressions
internal import Plan
internal import YAML

/// Actions of the file's own repository are sound, and are given and asked for what they declare. Warnings, since a job may
/// put other files there before it uses them. Rules: `local-action`, `action-input`, `unknown-reference`.
struct LocalActionCheck {
    /// The action in a folder of the repository; nil where there is none.
    let action: (String) -> ActionDocument?

    func check(_ workflow: Workflow, reportingTo diagnostics: DiagnosticCollector) {
        for job in workflow.jobs {
            var outputs: [String: [String]] = [:]
            for step in job.steps.withInnerSteps {
                guard case .action(let call) = step.work, let document = Self.folder(of: call.reference.value).flatMap(action)
                else {
                    continue
                }
                guard let plan = document.plan else {
                    diagnostics.warning(
                        "local-action", "\"\(document.path)\" has mistakes: \(document.refusal ?? "")", at: call.reference.range)
                    continue
                }
                check(call, plan, diagnostics)
                if let id = step.id?.value, case .composite = plan.work { outputs[id.lowercased()] = plan.outputs.map(\.name) }
            }
            if !outputs.isEmpty { check(outputs, job, workflow, diagnostics) }
        }
    }

    /// The folder of a local action, from the root of the repository.
    private static func folder(of reference: String) -> String? {
        guard reference.hasPrefix("./") || reference.hasPrefix("$/") else { return nil }
        let parts = reference.dropFirst(2).split(separator: "/").filter { $0 != "." }
        return parts.contains("..") ? nil : parts.joined(separator: "/")
    }

    private func check(_ call: WorkflowAction, _ plan: ActionPlan, _ diagnostics: DiagnosticCollector) {
        var names = plan.inputs.map(\.name)
        if case .docker = plan.work { names += ["args", "entrypoint"] }
        ActionInputCheck.check(call, inputs: names, reportingTo: diagnostics)
        guard call.inputs.expression == nil else { return }
        for input in plan.inputs where input.isRequired && input.defaultValue == nil {
            let isGiven = call.inputs.variables.contains { $0.name.value.lowercased() == input.name.lowercased() }
            if !isGiven {
                diagnostics.warning(
                    "action-input", "the action \"\(call.reference.value)\" needs the input \"\(input.name)\"",
                    at: call.reference.range)
            }
        }
    }

    private func check(
        _ outputs: [String: [String]], _ job: WorkflowJob, _ workflow: Workflow, _ diagnostics: DiagnosticCollector
    ) {
        for expression in workflow.expressions where expression.job == job.id.value {
            for use in expression.references.uses(of: "steps") {
                let path = use.literalPath
                guard path.count > 2, path[1].lowercased() == "outputs", let known = outputs[path[0].lowercased()],
                    !known.contains(where: { $0.lowercased() == path[2].lowercased() })
                else { continue }
                let meant = known.closestMatch(to: path[2]).map { "; did you mean \"\($0)\"?" } ?? "; it is empty here"
                diagnostics.warning(
                    "unknown-reference", "the action of the step \"\(path[0])\" has no output \"\(path[2])\"\(meant)",
                    at: expression.range(of: use.name, at: use.offset))
            }
        }
    }
}
