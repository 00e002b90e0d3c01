internal import FoundationEssentials
internal import Plan

extension RunMachine {
    /// The place that a job asks for in the queue of its environment; nil where it deploys nothing, or the settings want no queue.
    func deployLock(of job: Job, _ plan: JobPlan, at now: Date) -> ConcurrencyClaim? {
        guard let environment = job.environment, environment.isDeployment,
            facts.environments.named(environment.name)?.hasExclusiveLock ?? true
        else { return nil }
        return ConcurrencyClaim(group: environment.name, queue: .max, since: now, deployTurn: turn(of: job, plan))
    }

    private func turn(of job: Job, _ plan: JobPlan) -> DeployTurn {
        if plan.deployment?.goesBack == true { return .goesBack }
        // Who reruns a run, a job of it, or starts one by hand wants what that one deploys.
        let isAsked = run.attempt > 1 || !job.repeatedTries.isEmpty || [.operator, .rerun].contains(event.source)
        return isAsked || ["workflow_dispatch", "repository_dispatch"].contains(event.name) ? .onPurpose : .inOrder
    }
}
