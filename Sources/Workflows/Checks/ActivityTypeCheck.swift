internal import Diagnostics
internal import YAML

/// `types` of an event names activity types that the event has, and `workflow_run` the workflows that it follows.
///
/// Rules: `unknown-activity`; `workflow-run`, a warning.
struct ActivityTypeCheck: WorkflowCheck {
    func check(_ workflow: Workflow, reportingTo diagnostics: DiagnosticCollector) {
        for trigger in workflow.triggers {
            if trigger.event.value == "workflow_run", trigger.workflows?.isEmpty ?? true {
                diagnostics.warning(
                    "workflow-run", "\"workflow_run\" names no \"workflows\" to follow, so nothing starts it",
                    at: trigger.event.range)
            }
            guard let known = EventCatalog.named(trigger.event.value)?.types else { continue }
            for type in trigger.types ?? [] where !known.contains(type.value) {
                let meant = known.closestMatch(to: type.value).map { "; did you mean \"\($0)\"?" }
                diagnostics.error(
                    "unknown-activity",
                    "the event \"\(trigger.event.value)\" has no activity type \"\(type.value)\""
                        + (meant ?? "; expected one of: \(known.joined(separator: ", "))"),
                    at: type.range)
            }
        }
    }
}
