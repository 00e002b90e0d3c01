internal import GRDB
public import Plan

extension Store {
    /// Every run that is not completed, in the order in which they were made: after a restart, what to go on with.
    public func unfinishedRuns() async throws(StoreError) -> [RunState] {
        try await read("read the unfinished runs") { database in
            var states = RunStates(database)
            return try RunsTable.unfinished(database).map { try states.state(of: $0) }
        }
    }

    /// Runs of which a stage was to be tried again when the daemon ended.
    public func runsToRetry() async throws(StoreError) -> [Int64] {
        try await read("read which stages are to be tried again") { database in try StageRetriesTable.all(database) }
    }

    public func runState(_ id: Int64) async throws(StoreError) -> RunState? {
        try await read("read run \(id)") { database in
            var states = RunStates(database)
            return try RunsTable.run(id, database).map { try states.state(of: $0) }
        }
    }

    /// Carries out all of the changes or none, in their order.
    ///
    /// - Returns: the inserted jobs with their ids, in the order given.
    /// - Throws: `StoreError` of kind `notFound` where a run or job that is to be changed does not exist.
    public func apply(_ changes: [SchedulingChange]) async throws(StoreError) -> [Job] {
        try await write("record what the scheduler decided") { database, told in
            var transaction = SchedulingTransaction(database)
            for change in changes { try transaction.apply(change) }
            told += try transaction.changes()
            return transaction.inserted
        }
    }

    /// Applies a stretch of a job's journal if the store has applied the journal up to where it begins, and else does
    /// nothing.
    ///
    /// - Returns: whether it was applied.
    public func apply(_ progress: JobProgress) async throws(StoreError) -> Bool {
        try await apply([progress]) == [true]
    }

    /// Applies stretches of the journals of several jobs in one transaction, each on its own terms.
    ///
    /// - Returns: for each whether it was applied.
    public func apply(_ batch: [JobProgress]) async throws(StoreError) -> [Bool] {
        try await write("record the progress of jobs") { database, told in
            var transaction = ProgressTransaction(database)
            let applied = try batch.map { try transaction.apply($0) }
            told += transaction.changes
            return applied
        }
    }

    /// The byte offset up to which a job's journal is applied; 0 for a job that does not exist.
    public func progressOffset(ofJob id: Int64) async throws(StoreError) -> Int64 {
        try await progress(ofJob: id)?.journalOffset ?? 0
    }

    /// How far the store knows a job's journal and log; nil for a job that does not exist.
    public func progress(ofJob id: Int64) async throws(StoreError) -> JobProgressState? {
        try await read("read the progress of job \(id)") { database in try JobsTable.state(ofJob: id, database) }
    }
}

/// Puts runs together with their plans and events, decoding what they share once.
private struct RunStates {
    private let database: Database
    private var plans: [Int64: RunPlan] = [:]
    private var events: [Int64: Event] = [:]

    init(_ database: Database) { self.database = database }

    mutating func state(of run: Run) throws -> RunState {
        RunState(
            run: run, plan: try plan(of: run), event: try event(of: run),
            jobs: try JobsTable.all(ofRun: run.id, database).newest())
    }

    private mutating func plan(of run: Run) throws -> RunPlan {
        guard let id = try RunsTable.planID(ofRun: run.id, database) else { return .unreadable(of: run) }
        if let plan = plans[id] { return plan }
        guard let plan = try PlansTable.plan(id, database) else { throw RowRefusal.missing("the plan of run \(run.id)") }
        plans[id] = plan
        return plan
    }

    private mutating func event(of run: Run) throws -> Event {
        if let event = events[run.eventID] { return event }
        guard let event = try EventsTable.event(run.eventID, database) else {
            throw RowRefusal.missing("the event of run \(run.id)")
        }
        events[run.eventID] = event
        return event
    }
}
