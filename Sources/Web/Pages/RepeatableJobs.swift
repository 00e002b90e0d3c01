internal import Plan
internal import Store

/// Which jobs of a run may run again as things stand, and which gates may be overridden: no form is shown that the scheduler would
/// refuse.
///
/// Of a run that is completed any job of its newest attempt may. While others of its run go on the rules are those of
/// `RunMachine.repeats(of:)`: the job has ended, nothing that needs it is at work, and no call of a workflow that has ended would
/// have to begin anew.
struct RepeatableJobs: Sendable {
    private let run: Run
    private let isStaged: Bool
    private let jobs: [Int64: Job]
    /// The rows that need those of a key, by their caller and that key.
    private let dependents: [Place: [Job]]

    private struct Place: Hashable {
        let caller: Int64?
        let key: String
    }

    /// - Parameters:
    ///   - run: as it stands now, not as an earlier attempt left it.
    ///   - jobs: all of its newest attempt; of a job with several tries only the last.
    ///   - isStaged: whether it is a pipeline of stages, which waits for its end: a stage that has ended has told others so.
    init(_ run: Run, jobs: [Job], isStaged: Bool) {
        self.run = run
        self.isStaged = isStaged
        self.jobs = Dictionary(jobs.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        var dependents: [Place: [Job]] = [:]
        for job in jobs {
            for need in job.needs { dependents[Place(caller: job.callerID, key: JobKey.own(need)), default: []].append(job) }
        }
        self.dependents = dependents
    }

    /// Whether all of the run, too, may be asked for again.
    var isOver: Bool { run.status == .completed }

    func mayRunAgain(_ job: Job) -> Bool {
        guard jobs[job.id] != nil, run.conclusion != .refused, run.event != Event.rollback else { return false }
        return isOver || mayRunBesideOthers(job)
    }

    func mayBeOverridden(_ job: Job) -> Bool { job.isOverridable && mayRunAgain(job) }

    private func mayRunBesideOthers(_ job: Job) -> Bool {
        guard !isStaged, run.cancelReason == nil, job.status == .completed, !job.isCall,
            job.callerID.flatMap({ jobs[$0] })?.status != .completed
        else { return false }
        var seen: Set<Int64> = [job.id]
        var open = [job]
        while let next = open.popLast() {
            for other in dependents[Place(caller: next.callerID, key: JobKey.own(next.key))] ?? []
            where seen.insert(other.id).inserted {
                guard other.status != .running, other.status != .queued, !other.isCall else { return false }
                open.append(other)
            }
        }
        return true
    }
}

extension WebSite {
    /// Whether it is a pipeline of stages.
    func isStaged(_ run: Run) async throws -> Bool {
        guard StageColumns.isLikely(run) else { return false }
        return try await store.plan(ofRun: run.id)?.dialect == .pipeline
    }
}
