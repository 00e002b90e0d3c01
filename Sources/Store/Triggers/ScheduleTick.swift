public import FoundationEssentials

/// One line of a pipeline file's `on.schedule`.
public struct Schedule: Hashable, Sendable {
    public var repository: String
    public var workflowPath: String
    /// The five fields as written.
    public var cron: String
    /// The name of the time zone, `UTC` where none is given.
    public var timezone: String

    public init(repository: String, workflowPath: String, cron: String, timezone: String = "UTC") {
        self.repository = repository
        self.workflowPath = workflowPath
        self.cron = cron
        self.timezone = timezone
    }
}

/// One moment at which a schedule was due, and what became of it.
public struct ScheduleTick: Equatable, Sendable {
    public enum Outcome: String, Sendable {
        /// It made an event.
        case fired
        /// Slipway was not running, or the disk was full, and the settings say that such a tick is let go.
        case missed
        /// It was let go though Slipway ran: another tick of the same schedule stood in for it, or the branch is gone.
        case skipped
    }

    public var schedule: Schedule
    public var dueAt: Date
    public var outcome: Outcome
    /// The event that it made. Given by the store where the tick is recorded with its event.
    public var eventID: Int64?

    public init(schedule: Schedule, dueAt: Date, outcome: Outcome, eventID: Int64? = nil) {
        self.schedule = schedule
        self.dueAt = dueAt
        self.outcome = outcome
        self.eventID = eventID
    }
}
