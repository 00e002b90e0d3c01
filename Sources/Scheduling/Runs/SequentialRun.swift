internal import Execution
public import FoundationEssentials
public import Plan
public import Store

/// One run without a daemon and a store: its jobs one after the other, decided by the same rules.
public struct SequentialRun {
    private var machine: RunMachine
    private var groups = ConcurrencyGroups()
    private var nextID: Int64

    /// - Parameter state: a fresh run; its jobs have ids of their own.
    public init(state: RunState, facts: RepositoryFacts) {
        machine = RunMachine(state: state, facts: facts)
        nextID = (state.jobs.map(\.id).max() ?? 0) + 1
    }

    public var run: Run { machine.run }
    public var jobs: [Job] { machine.jobs.all }

    /// The job to run now; nil when the run is over.
    public mutating func next(at now: Date) -> JobStart? {
        settle(at: now)
        guard let job = machine.nextStartable() else { return nil }
        take(machine.started(job.id, at: now), at: now)
        return machine.job(job.id).flatMap { machine.start(of: $0) }
    }

    /// Takes the end of the job that `next` gave.
    public mutating func end(_ end: JobEnd) { take(machine.ended(end.jobID, end.finish), at: end.finish.at) }

    /// A job that waits for somebody's approval, and is not waited for by any other: `next` gives nothing before it is answered.
    public var awaiting: Job? { machine.awaited.keys.min().flatMap(machine.job) }

    public mutating func answer(_ job: Job, _ answer: JobApproval.Answer) {
        take(machine.answered(job.id, answer), at: answer.date)
    }

    public mutating func cancel(reason: String, at now: Date) { take(machine.cancel(reason: reason, at: now), at: now) }

    /// Decides until nothing follows any more.
    private mutating func settle(at now: Date) {
        while true {
            let decision = machine.advance(at: now, groups: &groups)
            if decision.isEmpty { return }
            take(decision, at: now)
        }
    }

    /// Rows get their ids here instead of from a store, and groups are the run's own.
    private mutating func take(_ decision: RunMachine.Decision, at now: Date) {
        var inserted: [Job] = []
        for case .insertJobs(let rows) in decision.changes {
            for var row in rows {
                row.id = nextID
                nextID += 1
                inserted.append(row)
            }
        }
        if !inserted.isEmpty { machine.inserted(inserted) }
        for displacement in decision.displaced { take(machine.displaced(displacement, at: now), at: now) }
        for member in decision.left {
            let succession = groups.leave(member)
            for admission in succession.admitted { take(machine.admitted(admission.member, to: admission.group), at: now) }
            for displacement in succession.waiting { take(machine.waits(displacement), at: now) }
        }
    }
}
