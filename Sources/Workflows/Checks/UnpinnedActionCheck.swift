internal import Diagnostics
internal import Plan

/// Actions and workflows of other repositories are named by a commit, which nobody can move. Rule: `unpinned-action`, one
/// warning for each of them; built-in actions are part of Slipway.
struct UnpinnedActionCheck: WorkflowCheck {
    func check(_ workflow: Workflow, reportingTo diagnostics: DiagnosticCollector) {
        var seen: Set<String> = []
        var told: Set<String> = []
        func note(_ reference: Located<String>, _ kind: String) {
            // Most files name the same few actions again and again.
            guard seen.insert(reference.value).inserted, let source = SourceReference(reference.value), source.commit == nil,
                LanguageSupport.builtInAction(reference.value) == nil, told.insert(source.text.lowercased()).inserted
            else { return }
            diagnostics.warning(
                "unpinned-action",
                "the \(kind) \"\(reference.value)\" is named by a tag or branch, which its owner can move; name the full commit, and the "
                    + "version in a comment", at: reference.range)
        }
        for job in workflow.jobs {
            for case .action(let action) in job.steps.withInnerSteps.map(\.work) { note(action.reference, "action") }
            if let call = job.call { note(call.workflow, "workflow") }
        }
    }
}
