internal import GRDB
internal import Plan

/// Carries out the scheduler's decisions, and gathers per run what is to be told about them.
struct SchedulingTransaction {
    private let database: Database
    private var order: [Int64] = []
    private var changed: [Int64: StoreChange] = [:]
    private(set) var inserted: [Job] = []
    /// Runs of which deployments to environments began or ended.
    private var deployed: [Int64] = []
    /// The ids that rows of the last insertion had before.
    private var temporaryIDs: [Int64: Int64] = [:]

    init(_ database: Database) { self.database = database }

    mutating func apply(_ change: SchedulingChange) throws {
        switch change {
        case .insertJobs(let jobs):
            try insert(jobs)
        case .updateJob(let job):
            try JobsTable.update(job, database)
            try follow(job)
            note(run: job.runID, job: job.id)
        case .annotate(let id, let annotation):
            guard let job = id < 0 ? temporaryIDs[id] : id else { throw RowRefusal.missing("job \(id)") }
            try AnnotationsTable.insert(annotation, job: job, database)
            if let run = try JobsTable.job(job, database)?.runID { note(run: run, job: job) }
        case .removeJob(let id):
            note(run: try JobsTable.remove(id, database), job: id)
        case .updateRun(let run):
            try RunsTable.update(run, database)
            note(run: run.id, job: nil)
        case .noteRetry(let run): try StageRetriesTable.insert(run, database)
        case .clearRetry(let run): try StageRetriesTable.remove(run, database)
        }
    }

    private mutating func insert(_ jobs: [Job]) throws {
        temporaryIDs = [:]
        for var job in jobs {
            let temporary = job.id
            if let caller = job.callerID, caller < 0 {
                guard let id = temporaryIDs[caller] else { throw RowRefusal.missing("the job that calls \(job.key)") }
                job.callerID = id
            }
            job.id = try JobsTable.insert(job, database)
            if temporary < 0 { temporaryIDs[temporary] = job.id }
            inserted.append(job)
            if job.reusedFrom != nil { try follow(job) }
            note(run: job.runID, job: job.id)
        }
    }

    private mutating func follow(_ job: Job) throws {
        guard try EnvironmentDeploymentsTable.follow(job, database), !deployed.contains(job.runID) else { return }
        deployed.append(job.runID)
    }

    /// One change a run, in the order in which the runs were first touched; then those of deployments.
    func changes() throws -> [StoreChange] {
        let ofDeployments = deployed.map { StoreChange(kind: .deployments, runID: $0) }
        return try (order.compactMap { changed[$0] } + ofDeployments).map { change in
            var change = change
            change.repository = try change.runID.flatMap { try RunsTable.repository(ofRun: $0, database) }
            return change
        }
    }

    private mutating func note(run: Int64, job: Int64?) {
        if changed[run] == nil {
            order.append(run)
            changed[run] = StoreChange(kind: .jobs, runID: run)
        }
        if let job { changed[run]?.jobIDs.append(job) } else { changed[run]?.kind = .run }
    }
}
