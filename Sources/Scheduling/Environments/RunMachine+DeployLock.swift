internal import FoundationEssentials
internal import Plan

extension RunMachine {
    /// Events whose runs deploy the commit that their ref has.
    private static let orderedEvents: Set<String> = ["push", "schedule", "pull_request", "merge_group"]

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
        // The refs of other events say nothing of what is deployed: a comment's is the default branch, whatever it is about.
        return isAsked || !Self.orderedEvents.contains(event.name) ? .onPurpose : .inOrder
    }
}
