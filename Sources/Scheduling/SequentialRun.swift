public import FoundationEssentials
public import Plan
public import Store

/// One run without a daemon and a store: its jobs one after the other, decided by the same rules.
public struct SequentialRun {
    private var machine: RunMachine
    private var nextID: Int64

    /// - Parameter state: a fresh run; its jobs have ids of their own.
    public init(state: RunState, facts: RepositoryFacts) {
        machine = RunMachine(state: state, facts: facts)
        nextID = (state.jobs.map(\.id).max() ?? 0) + 1
    }

    public var run: Run { machine.run }
    public var jobs: [Job] { machine.state.jobs }

    /// The job to run now; nil when the run is over.
    public mutating func next(at now: Date) -> JobStart? {
        settle(at: now)
        guard let job = machine.startable.first else { return nil }
        _ = machine.started(job.id, at: now)
        return machine.job(job.id).flatMap(machine.start)
    }

    /// Takes the end of the job that `next` gave.
    public mutating func end(_ end: JobEnd) { _ = machine.ended(end.jobID, end.finish) }

    public mutating func cancel(reason: String, at now: Date) { _ = machine.cancel(reason: reason, at: now) }

    /// Decides until nothing follows any more; rows of a matrix get their ids here instead of from a store.
    private mutating func settle(at now: Date) {
        while true {
            var inserted: [Job] = []
            for change in machine.advance(at: now).changes {
                guard case .insertJobs(let jobs) = change else { continue }
                for var job in jobs {
                    job.id = nextID
                    nextID += 1
                    inserted.append(job)
                }
            }
            if inserted.isEmpty { return }
            machine.inserted(inserted)
        }
    }
}
