internal import Diagnostics

/// `on.schedule`: cron expressions as GitHub takes them, time zones by their IANA names. Rule: `schedule`.
struct ScheduleCheck: WorkflowCheck {
    func check(_ workflow: Workflow, reportingTo diagnostics: DiagnosticCollector) {
        for schedule in workflow.schedules {
            do {
                _ = try CronSchedule(parsing: schedule.cron.value)
            } catch {
                diagnostics.error("schedule", "\"\(schedule.cron.value)\": \(error.message)", at: schedule.cron.range)
            }
            guard let zone = schedule.timeZone else { continue }
            do {
                _ = try ScheduleZone(name: zone.value)
            } catch {
                diagnostics.error("schedule", error.message, at: zone.range)
            }
        }
    }
}
