public import Plan

/// A run with all that is needed to go on with it.
public struct RunState: Equatable, Sendable {
    public var run: Run
    /// Without jobs where the file could not be read as a pipeline.
    public var plan: RunPlan
    public var event: Event
    /// Those of the newest attempt, in the plan's order; what was taken over from an earlier one is among them.
    public var jobs: [Job]

    public init(run: Run, plan: RunPlan, event: Event, jobs: [Job]) {
        self.run = run
        self.plan = plan
        self.event = event
        self.jobs = jobs
    }
}

extension RunPlan {
    static func unreadable(of run: Run) -> RunPlan { RunPlan(name: run.workflow, path: run.workflowPath) }
}

extension [Job] {
    /// Of the jobs of a run those of its newest attempt up to `attempt`, in the plan's order. An attempt has all of its jobs,
    /// those that were taken over among them; of one that was lost, or that somebody had run again, only the last try counts.
    func newest(upTo attempt: Int? = nil) -> [Job] {
        let newest = reduce(0) { $1.attempt <= attempt ?? .max ? Swift.max($0, $1.attempt) : $0 }
        let isOfAttempt = filter { $0.attempt == newest }
        let replaced = Set(isOfAttempt.flatMap { $0.lostTries + $0.repeatedTries })
        return isOfAttempt.filter { !replaced.contains($0.id) }.inPlanOrder
    }
}
