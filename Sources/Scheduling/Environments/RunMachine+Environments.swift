internal import Expressions
internal import FoundationEssentials
internal import Plan
internal import Store

/// Environments of jobs: which one it is, whether the run's ref may deploy to it, and its timer. Its approval is one of a job's like any
/// other.
///
/// All of it comes before concurrency groups and before a worker has the job, so that nothing of the environment, its secrets least of
/// all, is handed out before.
extension RunMachine {
    private static let longestName = 255

    /// Finds the job's environment, once; from then on it is the job's.
    ///
    /// - Throws: where the job must not have it.
    func findEnvironment(
        of job: inout Job, _ plan: JobPlan, contexts: ExpressionObject, at now: Date
    ) throws(Refusal) {
        guard let reference = plan.deployment else { return }
        // One that was found before a restart, and waits for its timer or its groups since, goes on in a repository that is known only.
        if let environment = job.environment { return try checkIsKnown(environment) }
        let context = EvaluationContext(contexts: contexts)
        var environment: JobEnvironment
        do throws(ExpressionError) {
            let name = try reference.name.text(in: context)
            // As on GitHub, an expression that yields nothing is no environment.
            guard !name.isEmpty else { return }
            environment = JobEnvironment(
                name: name, isDeployment: try reference.makesDeployment?.flag(in: context) ?? true, restores: reference.restores)
        } catch {
            throw Refusal(
                conclusion: .failure, reason: "can't evaluate the job's environment (\(reference.name.source)): \(error.message)")
        }
        guard environment.name.utf8.count <= Self.longestName else {
            throw Refusal(conclusion: .failure, reason: "the name of its environment is longer than \(Self.longestName) bytes")
        }
        guard !event.isUntrusted else {
            throw Refusal(
                conclusion: .failure,
                reason: "runs of code that nobody has vouched for, such as pull requests of forks, get no environment: "
                    + "it asks for \(environment.name)")
        }
        try checkIsKnown(environment)
        if let protection = facts.environments.named(environment.name) {
            environment.name = protection.name
            if reference.goesBack != true {
                if let objection = protection.objection(to: run.ref) { throw Refusal(conclusion: .failure, reason: objection) }
                if protection.wait > 0 { environment.notBefore = now.addingTimeInterval(protection.wait) }
            }
        }
        job.environment = environment
    }

    /// Not to know what protects an environment is not to know that nothing does.
    private func checkIsKnown(_ environment: JobEnvironment) throws(Refusal) {
        guard facts.isKnown else {
            throw Refusal(
                conclusion: .failure,
                reason: "the repository \(run.repository) is not in the settings, so nothing says what protects its environment "
                    + "\(environment.name): put it back, and rerun the job")
        }
    }

    /// What the environment wants to be approved. Going back is for emergencies: nobody is asked.
    func approvalOfEnvironment(of job: Job, _ plan: JobPlan) -> ApprovalPlan? {
        guard let environment = job.environment, plan.deployment?.goesBack != true,
            let protection = facts.environments.named(environment.name), !protection.approvers.isEmpty
        else { return nil }
        return ApprovalPlan(approvers: protection.approvers, timeout: protection.approvalTimeout)
    }

    /// Has a job's request say which environment asks, and who may not answer.
    func noteEnvironment(of job: inout Job) {
        job.approval?.environment = job.environment?.name
        excludeOwnReview(of: &job)
    }

    /// Has a job's request say who may not answer it, where its environment wants somebody else than who caused the run.
    func excludeOwnReview(of job: inout Job) {
        guard let environment = job.environment, facts.environments.named(environment.name)?.preventsSelfReview ?? false else {
            return
        }
        // Who has it run again wants it to be deployed as much as who caused it.
        job.approval?.excludedAskers = run.askers.isEmpty ? nil : run.askers
        guard isActorProven else {
            // Whoever writes a commit writes its name: nobody can be told apart from who pushed by it.
            job.approval?.approvers = [Role.admin.rawValue]
            let remark = "Who caused the run is known by its commit only, which anybody may write: an admin decides."
            let message = [job.approval?.message, remark].compactMap { $0 }.joined(separator: " ")
            job.approval?.message = message
            return
        }
        job.approval?.excluded = run.actor
    }

    /// Whether the actor's name is one that a forge or Slipway itself has proven.
    private var isActorProven: Bool {
        switch event.source {
        case .webhook, .operator, .rerun, .schedule: true
        case .poll, .run: false
        }
    }

    /// - Returns: whether the environment's timer is over; else the job waits for it.
    mutating func isTimerOver(of job: Job, at now: Date, into decision: inout Decision) -> Bool {
        guard let environment = job.environment, let moment = environment.notBefore, moment > now else { return true }
        // The row may be new to the store in what it has, though its reason is not.
        var row = job
        row.reason = "waits until \(UTCMoment.text(moment)) for the timer of the environment \(environment.name)"
        if jobs.job(row.id) != row { update(row, into: &decision) }
        timers[row.id] = moment
        noteWaiting(into: &decision)
        return false
    }

    /// Has the jobs looked at whose timer is over.
    mutating func wakeTimers(at now: Date, into decision: inout Decision) {
        let due = timers.filter { $0.value <= now }.keys.sorted()
        guard !due.isEmpty else { return }
        for id in due {
            timers[id] = nil
            if let job = job(id) { attend(RunJobs.Place(of: job)) }
        }
        noteWaiting(into: &decision)
    }

    /// The `vars` context of a job: its environment's go before the repository's.
    func variables(of job: Job) -> ExpressionObject {
        var variables = facts.variables
        if let name = job.environment?.name, let own = facts.environments.named(name)?.variables { variables.merge(own) }
        return variables
    }
}
