internal import Plan
internal import Scheduling
internal import Store

/// Which jobs of a run may run again as things stand, and which gates may be overridden: no form is shown that the scheduler would
/// refuse, by whose rules it goes.
///
/// Of a run that is completed any job of its newest attempt may; while others of its run go on `RepeatRules` says which.
struct RepeatableJobs: Sendable {
    private let run: Run
    private let ids: Set<Int64>
    private let rules: RepeatRules

    /// - Parameters: those of `RepeatRules`.
    init(_ run: Run, jobs: [Job], isStaged: Bool) {
        self.run = run
        ids = Set(jobs.map(\.id))
        rules = RepeatRules(run, jobs: jobs, isStaged: isStaged)
    }

    /// Whether all of the run, too, may be asked for again.
    var isOver: Bool { run.status == .completed }

    func mayRunAgain(_ job: Job) -> Bool {
        guard ids.contains(job.id) else { return false }
        return isOver ? RepeatRules.objection(toRepeating: run) == nil : rules.objection(toRepeating: [job.id]) == nil
    }

    func mayBeOverridden(_ job: Job) -> Bool {
        job.isOverridable && mayRunAgain(job) && (isOver || rules.objection(toOverriding: job.id) == nil)
    }
}

extension WebSite {
    /// Whether it is a pipeline of stages.
    func isStaged(_ run: Run) async throws -> Bool {
        guard StageColumns.isLikely(run) else { return false }
        return try await store.plan(ofRun: run.id)?.dialect == .pipeline
    }
}
