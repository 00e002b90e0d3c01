public import FoundationEssentials
public import Plan

/// An event as it is listed: what happened, what it started and, where that is nothing, why.
public struct TriggerRecord: Equatable, Sendable {
    public var eventID: Int64
    public var repository: String
    /// The event's name: `push`, `schedule`.
    public var event: String
    public var source: Event.Source
    public var ref: String
    public var commit: String
    public var actor: String
    public var receivedAt: Date
    /// Why there are no runs.
    public var reason: String?
    public var skipped: [SkippedPipeline]
    /// The ids of its runs, in their order.
    public var runIDs: [Int64]
    /// How often the same event was told again.
    public var repeats: Int

    public init(
        eventID: Int64, repository: String, event: String, source: Event.Source, ref: String, commit: String, actor: String,
        receivedAt: Date, reason: String?, skipped: [SkippedPipeline], runIDs: [Int64], repeats: Int
    ) {
        self.eventID = eventID
        self.repository = repository
        self.event = event
        self.source = source
        self.ref = ref
        self.commit = commit
        self.actor = actor
        self.receivedAt = receivedAt
        self.reason = reason
        self.skipped = skipped
        self.runIDs = runIDs
        self.repeats = repeats
    }
}
