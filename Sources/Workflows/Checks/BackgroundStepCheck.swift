internal import Diagnostics

/// `wait` and `cancel` name steps before them, by the ids that those have, in their case. Rules: `background-step`, and a
/// warning of the same name where the step meant is not in the background: there is nothing to wait for.
struct BackgroundStepCheck: WorkflowCheck {
    func check(_ workflow: Workflow, reportingTo diagnostics: DiagnosticCollector) {
        for job in workflow.jobs {
            var known: [String: Bool] = [:]
            for step in job.steps {
                switch step.work {
                case .wait(let targets): for target in targets { check(target, of: step, known, diagnostics) }
                case .cancel(let target): check(target, of: step, known, diagnostics)
                case .parallel(let steps):
                    // The group has waited for them itself.
                    for id in steps.compactMap(\.id?.value) { known[id] = false }
                case .script, .action, .waitAll, .missing: break
                }
                if let id = step.id?.value { known[id] = step.isBackground }
            }
        }
    }

    private func check(
        _ target: Located<String>, of step: WorkflowStep, _ known: [String: Bool], _ diagnostics: DiagnosticCollector
    ) {
        let id = target.value
        guard let isBackground = known[id] else {
            let isItself = step.id?.value.lowercased() == id.lowercased()
            let advice = KnownNames(Array(known.keys).sorted()).meant(by: id).map { "; did you mean \"\($0)\"?" } ?? ""
            let message = isItself ? "the step \"\(id)\" names itself" : "no step before this one has the id \"\(id)\"\(advice)"
            return diagnostics.error("background-step", message, at: target.range)
        }
        if !isBackground {
            diagnostics.warning(
                "background-step", "the step \"\(id)\" has ended by then: it has no \"background: true\"", at: target.range)
        }
    }
}
