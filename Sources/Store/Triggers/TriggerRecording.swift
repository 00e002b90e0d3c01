internal import GRDB
internal import Plan

/// The transaction that records what an event led to.
struct TriggerRecording {
    private let outcome: TriggerOutcome
    private let database: Database

    init(_ outcome: TriggerOutcome, _ database: Database) {
        self.outcome = outcome
        self.database = database
    }

    private enum Novelty {
        case new(isSettled: Bool)
        case duplicate(of: Int64?)
    }

    private var event: Event { outcome.event }

    func record(_ changes: inout [StoreChange]) throws -> RecordedTrigger {
        try RepositoriesTable.add(event.repository, database)
        switch try novelty() {
        case .duplicate(let eventID):
            try recordRepeat(of: eventID)
            return RecordedTrigger(eventID: eventID, runs: [], isDuplicate: true)
        case .new(let isSettled):
            let eventID = try EventsTable.insert(outcome, isSettled: isSettled, database)
            if isSettled && event.name == "push" { try EventsTable.settle(eventID, database) }
            try recordReferences()
            try recordTick(eventID)
            let runs = try outcome.runs.map { try insert($0, eventID: eventID) }
            try finishDelivery("event \(eventID)")
            changes += self.changes(for: runs)
            return RecordedTrigger(eventID: eventID, runs: runs, isDuplicate: false)
        }
    }

    // MARK: Told before?

    private func novelty() throws -> Novelty {
        switch outcome.key {
        case .none:
            return .new(isSettled: true)
        case .delivery:
            guard let id = outcome.deliveryID, try DeliveriesTable.isFinished(id, database) else {
                return .new(isSettled: true)
            }
            return .duplicate(of: nil)
        case .tick(let tick):
            guard let earlier = try ScheduleTicksTable.tick(of: tick.schedule, dueAt: tick.dueAt, database) else {
                return .new(isSettled: true)
            }
            return .duplicate(of: earlier.eventID)
        case .runActivity(let id):
            return try RunActivitiesTable.remove(id, database) ? .new(isSettled: true) : .duplicate(of: nil)
        case .stageRollback(let run):
            return try StageRetriesTable.remove(run, database) ? .new(isSettled: true) : .duplicate(of: nil)
        case .push(let moves):
            return try pushNovelty(moves: moves)
        }
    }

    private func pushNovelty(moves: Bool) throws -> Novelty {
        let (repository, ref, commit) = (event.repository, event.ref, event.commit)
        let state = try ReferencesTable.state(of: ref, in: repository, database)
        let known = try EventsTable.newestPush(
            to: commit, of: ref, in: repository, after: state.deletedAfter, database)
        let verdict = PushVerdict(
            commit: commit, before: event.before, moves: moves, current: state.commit, known: known)
        switch verdict {
        case .new(movesState: true):
            try moveState()
            return .new(isSettled: true)
        case .new(movesState: false):
            // The state is behind this push, or beyond it: beyond, if it is known to have gone on from this commit.
            return .new(
                isSettled: try EventsTable.wasLeft(commit, of: ref, in: repository, after: state.deletedAfter, database))
        case .duplicate(let eventID, let movesState):
            if movesState {
                try moveState()
                if let eventID { try EventsTable.settle(eventID, database) }
            }
            return .duplicate(of: eventID)
        }
    }

    private func moveState() throws {
        try ReferencesTable.set(ReferenceState(ref: event.ref, commit: event.commit), in: event.repository, database)
    }

    // MARK: Rows

    private func recordRepeat(of eventID: Int64?) throws {
        if let eventID { try EventsTable.noteRepeat(of: eventID, database) }
        try finishDelivery(eventID.map { "event \($0), told before" } ?? "told before")
    }

    private func finishDelivery(_ text: String) throws {
        guard let id = outcome.deliveryID else { return }
        try DeliveriesTable.finish(id, outcome: text, database)
    }

    private func recordReferences() throws {
        for state in outcome.references {
            if case .push = outcome.key, state.ref == event.ref { continue }
            try ReferencesTable.set(state, in: event.repository, database)
        }
    }

    private func recordTick(_ eventID: Int64) throws {
        guard case .tick(var tick) = outcome.key else { return }
        tick.eventID = eventID
        try ScheduleTicksTable.insert(tick, database)
    }

    private func insert(_ new: NewRun, eventID: Int64) throws -> RunState {
        var run = new.run
        run.eventID = eventID
        run.number = try RunNumbersTable.next(of: run.workflowPath, in: run.repository, database)
        let planID = try new.plan.map { try PlansTable.id(of: $0, database) }
        run.id = try RunsTable.insert(run, planID: planID, database)
        let jobs = try new.jobs.map { job in
            var job = job
            job.runID = run.id
            job.id = try JobsTable.insert(job, database)
            return job
        }
        return RunState(run: run, plan: new.plan ?? .unreadable(of: run), event: event, jobs: jobs)
    }

    private func changes(for runs: [RunState]) -> [StoreChange] {
        guard !runs.isEmpty else { return [StoreChange(kind: .recorded, repository: event.repository)] }
        return runs.map { state in
            StoreChange(
                kind: .recorded, runID: state.run.id, repository: event.repository, jobIDs: state.jobs.map(\.id))
        }
    }
}
