public import Plan

/// A run with all that is needed to go on with it.
public struct RunState: Equatable, Sendable {
    public var run: Run
    /// Without jobs where the file could not be read as a pipeline.
    public var plan: RunPlan
    public var event: Event
    /// The newest attempt of each job, those that were taken over from an earlier attempt among them, in the plan's order.
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
    /// Of all attempts at the jobs of a run, in the order in which they were made, those that count: of each cell the
    /// newest, up to `attempt`. Where a rerun has expanded a matrix anew, the cells of the old expansion are out.
    ///
    /// They stand in the order in which their keys first came, the cells of a matrix in theirs.
    func newest(upTo attempt: Int? = nil) -> [Job] {
        var order: [String: Int] = [:]
        var newestOfKey: [String: Job] = [:]
        var newestOfCell: [MatrixCell: Job] = [:]
        for job in self where job.attempt <= attempt ?? .max {
            if order[job.key] == nil { order[job.key] = order.count }
            if job.attempt >= newestOfKey[job.key]?.attempt ?? 0 { newestOfKey[job.key] = job }
            let cell = MatrixCell(key: job.key, index: job.cellIndex)
            if job.attempt >= newestOfCell[cell]?.attempt ?? 0 { newestOfCell[cell] = job }
        }
        return newestOfCell.values
            .filter { $0.cellIndex < newestOfKey[$0.key]?.cellCount ?? 0 }
            .sorted { (order[$0.key] ?? 0, $0.cellIndex) < (order[$1.key] ?? 0, $1.cellIndex) }
    }
}

private struct MatrixCell: Hashable {
    var key: String
    var index: Int
}
