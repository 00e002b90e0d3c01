public import Plan

/// Which jobs of a run may run again while others of it go on. The scheduler decides by it, and the page asks it, so that no form is
/// shown that the scheduler would refuse.
public struct RepeatRules: Sendable {
    private struct Place: Hashable {
        let caller: Int64?
        let key: String
    }

    private let run: Run
    private let isStaged: Bool
    private let jobs: [Int64: Job]
    /// The rows that need those of a key, by their caller and that key.
    private let dependents: [Place: [Job]]
    private let replaced: Set<Int64>

    /// - Parameters:
    ///   - run: as it stands now, not as an earlier attempt left it.
    ///   - jobs: all of its newest attempt; of a job with several tries only the last.
    ///   - isStaged: whether it is a pipeline of stages, which waits for its end: a stage that has ended has told others so.
    ///   - replaced: of the jobs those that make room for other rows at this moment.
    public init(_ run: Run, jobs: [Job], isStaged: Bool, replacing replaced: Set<Int64> = []) {
        self.run = run
        self.isStaged = isStaged
        self.replaced = replaced
        self.jobs = Dictionary(jobs.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        var dependents: [Place: [Job]] = [:]
        for job in jobs {
            for need in job.needs { dependents[Place(caller: job.callerID, key: JobKey.own(need)), default: []].append(job) }
        }
        self.dependents = dependents
    }

    /// Why no job of a run may run again, neither beside others nor in another attempt; nil: it may.
    public static func objection(toRepeating run: Run) -> SchedulingError? {
        if run.conclusion == .refused {
            return SchedulingError(.conflict, "run \(run.id) was refused: mend its pipeline file and push again")
        }
        // Going back goes around protection: it is asked for by those who may, each time, with their reason.
        if run.event == Event.rollback {
            return SchedulingError(.conflict, "run \(run.id) is a rollback, which does not run again: roll back anew")
        }
        return nil
    }

    /// Why none of the jobs may run again beside others; nil: some may.
    public var objection: SchedulingError? {
        if let objection = Self.objection(toRepeating: run) { return objection }
        if run.cancelReason != nil {
            return SchedulingError(.conflict, "run \(run.id) is being cancelled: wait for its end")
        }
        if isStaged {
            return SchedulingError(.conflict, "run \(run.id) is not completed: a pipeline of stages is retried when it is")
        }
        return nil
    }

    /// Why these jobs can't run again together, beside others; nil: they can. What needs them must not be at work.
    public func objection(toRepeating ids: Set<Int64>) -> SchedulingError? {
        if let objection { return objection }
        guard ids.allSatisfy({ jobs[$0] != nil }) else {
            return SchedulingError(.notFound, "run \(run.id) has no such job in its newest attempt")
        }
        for id in withDependents(ids).sorted() {
            if let job = jobs[id], let objection = objection(to: job, isNamed: ids.contains(id)) { return objection }
        }
        return nil
    }

    /// Why the gate of a job that failed can't be overridden yet: cells of its matrix, which its failure stops, run again with it, and
    /// have not ended. Nil: it can.
    public func objection(toOverriding id: Int64) -> SchedulingError? {
        guard let job = jobs[id], job.matrix != nil else { return nil }
        let stopping = jobs.values.filter { other in
            other.key == job.key && other.callerID == job.callerID && other.status == .running && other.cancelRequested
        }
        guard let first = stopping.min(by: { $0.id < $1.id }) else { return nil }
        return SchedulingError(.conflict, "job \(first.name), which is being stopped with it, has not ended: wait for that")
    }

    /// These jobs, and all that need them.
    func withDependents(_ ids: Set<Int64>) -> Set<Int64> {
        var chosen = ids
        var open = Array(chosen)
        while let job = open.popLast().flatMap({ jobs[$0] }) {
            for row in dependents[Place(caller: job.callerID, key: JobKey.own(job.key))] ?? []
            where chosen.insert(row.id).inserted {
                open.append(row.id)
            }
        }
        return chosen
    }

    private func objection(to job: Job, isNamed: Bool) -> SchedulingError? {
        let isAtWork = replaced.contains(job.id) || job.status == .running || job.status == .queued
        if isAtWork || (isNamed && job.status == .waiting) {
            let role = isNamed ? "" : ", which needs it,"
            return SchedulingError(
                .conflict, "job \(job.name)\(role) has not ended: wait for it, or for the end of run \(run.id)")
        }
        if job.isCall {
            return SchedulingError(
                .conflict, "job \(job.name) calls a workflow: it can run again once run \(run.id) is completed")
        }
        if job.status == .completed, let caller = job.callerID.flatMap({ jobs[$0] }), caller.status == .completed {
            return SchedulingError(
                .conflict,
                "the call \(caller.name) of job \(job.name) has ended: it can run again once run \(run.id) is completed")
        }
        return nil
    }
}
