public import Plan

extension Workflow {
    /// Whether `on` names the event at all, so that an event which starts nothing is worth a record of why. Of an event about a
    /// run it also has to follow that run's workflow.
    public func awaits(_ event: Event) -> Bool {
        guard let trigger = trigger(event.name) else { return false }
        return event.name != "workflow_run" || trigger.follows(event)
    }
}
