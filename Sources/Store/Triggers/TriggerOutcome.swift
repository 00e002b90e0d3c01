public import Plan

/// What an event led to, to be recorded in one transaction: the event, its runs, and where the refs stand now.
public struct TriggerOutcome: Equatable, Sendable {
    /// By what the same event is known when it is told again.
    public enum DeduplicationKey: Equatable, Sendable {
        /// A push: by repository, ref and commit, against the ref's recorded state (`PushVerdict` has the rule).
        /// `moves`: the caller has seen that the ref really stands at this commit, or passes it on the way that is being
        /// recorded, as a poll has.
        case push(moves: Bool)
        /// By the delivery that told it. Without `deliveryID` it is always new.
        case delivery
        /// By the tick of a schedule, which is recorded with it.
        case tick(ScheduleTick)
        /// By what happened to a run, which is dealt with in the same transaction.
        case runActivity(Int64)
        /// By the failed run of which a stage is rolled back: what `noteRetry` noted is forgotten in the same transaction.
        case stageRollback(run: Int64)
        /// An operator's wish: always new.
        case none
    }

    public var event: Event
    public var key: DeduplicationKey
    public var runs: [NewRun]
    public var skipped: [SkippedPipeline]
    /// The stored delivery that told the event; it is finished in the same transaction.
    public var deliveryID: Int64?
    /// Where other refs stand. The ref of a push follows the push, whatever is said here.
    public var references: [ReferenceState]
    /// Why there are no runs, in a sentence.
    public var reason: String?

    public init(
        event: Event, key: DeduplicationKey, runs: [NewRun] = [], skipped: [SkippedPipeline] = [], deliveryID: Int64? = nil,
        references: [ReferenceState] = [], reason: String? = nil
    ) {
        self.event = event
        self.key = key
        self.runs = runs
        self.skipped = skipped
        self.deliveryID = deliveryID
        self.references = references
        self.reason = reason
    }
}

/// A run that is to be made. The ids in it are given by the store.
public struct NewRun: Equatable, Sendable {
    public var run: Run
    /// Nil where the file could not be read as a pipeline; the run is refused then and has no jobs.
    public var plan: RunPlan?
    public var jobs: [Job]

    public init(run: Run, plan: RunPlan?, jobs: [Job] = []) {
        self.run = run
        self.plan = plan
        self.jobs = jobs
    }
}

/// A pipeline file that the event did not start, and why.
public struct SkippedPipeline: Codable, Equatable, Sendable {
    public var path: String
    public var reason: String

    public init(path: String, reason: String) {
        self.path = path
        self.reason = reason
    }
}

/// Where a ref stands; without a commit it was deleted.
public struct ReferenceState: Equatable, Sendable {
    /// The full name: `refs/heads/main`.
    public var ref: String
    public var commit: String?

    public init(ref: String, commit: String?) {
        self.ref = ref
        self.commit = commit
    }
}

/// What recording an outcome made.
public struct RecordedTrigger: Equatable, Sendable {
    /// The event's id; of a duplicate, that of the event that told it first, where there is one.
    public var eventID: Int64?
    /// The new runs with their ids; none for a duplicate.
    public var runs: [RunState]
    public var isDuplicate: Bool

    public init(eventID: Int64?, runs: [RunState], isDuplicate: Bool) {
        self.eventID = eventID
        self.runs = runs
        self.isDuplicate = isDuplicate
    }
}
