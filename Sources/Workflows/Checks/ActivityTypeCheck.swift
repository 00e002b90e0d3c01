internal import Diagnostics
internal import YAML

/// `types` of an event names activity types that the event has. Rule: `unknown-activity`.
struct ActivityTypeCheck: WorkflowCheck {
    func check(_ workflow: Workflow, reportingTo diagnostics: DiagnosticCollector) {
        for trigger in workflow.triggers {
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
