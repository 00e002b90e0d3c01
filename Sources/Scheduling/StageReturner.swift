public import Plan
public import Store

/// Puts back what a failed stage of a pipeline deployed, for the scheduler, which itself knows nothing of deployments.
///
/// Contract: called once a run has ended, and again after a restart of the daemon that died meanwhile: what is recorded under
/// `TriggerOutcome.DeduplicationKey.stageRollback` is recorded once. The runs that it makes are the scheduler's to start.
public protocol StageReturner: Sendable {
    /// - Parameter stage: the job that called the stage's actions.
    func putBack(stage: Job, of state: RunState) async throws -> StageReturn
}

/// What became of a failed stage's deployments.
public struct StageReturn: Sendable {
    /// Those that put something back; none where there is nothing.
    public var runs: [RunState]
    /// For the stage on the run's page: what goes back, and what does not and why.
    public var remark: String

    public init(runs: [RunState] = [], remark: String) {
        self.runs = runs
        self.remark = remark
    }
}
