internal import Expressions
internal import Plan

extension Condition {
    /// Whether it looks at how other steps ended, or the job stands.
    fileprivate var asksForResults: Bool {
        expressions.contains { $0.expression.references.contexts.contains { ["steps", "job"].contains($0.name.lowercased()) } }
    }
}

extension JobWalker {
    /// A step that is to run: everything that was decided about it beforehand.
    struct Decision {
        var step: PreparedStep
        /// As it is shown.
        var name: String
        var tolerates: Bool
        var minutes: Double?
        /// Whether the first cancel of the job leaves it running.
        var survivesCancel: Bool
    }

    enum Verdict {
        case run(Decision)
        case skip(SkipCause)

        /// What runs in theory, and has no place to, is in a job that could not be set up.
        var skipCause: SkipCause {
            if case .skip(let cause) = self { cause } else { .failure }
        }
    }

    /// Decides about a step of the file, runs it and records its end.
    func walk(_ step: PlannedStep) throws(ExecutionError) {
        let number = nextStepNumber()
        try placeEndedLogs()
        noteStatus()
        switch step.plan.work {
        case .wait, .waitAll, .cancel: return try control(step, number: number)
        case .script, .action, .commands, .parallel: break
        }
        try renewCredentials()
        let verdict: Verdict
        do { verdict = try decide(step) } catch {
            return try fail(step.plan, number: number, name: step.plan.displayName, error)
        }
        guard case .run(let decision) = verdict, let site else {
            return try skip(step.plan, number: number, name: step.plan.displayName, verdict.skipCause)
        }
        if step.plan.isBackground { return try start(decision, of: step, number: number, site: site) }
        try run(decision, number: number, stage: .main, site: site) { execution throws(ExecutionError) in
            try execution.perform(decision.step, in: scope)
        }
    }

    /// Runs the `pre` or `post` of an action as a step of its own. `steps` knows nothing of it.
    func walk(_ stage: ActionStage, as kind: Stage) throws(ExecutionError) {
        let number = nextStepNumber()
        noteStatus()
        try renewCredentials()
        let prefix = kind == .pre ? "Pre" : "Post"
        var plan = stage.plan
        plan.id = nil
        let verdict: Verdict
        do {
            verdict = try decide(
                plan, path: stage.path, actionName: stage.actionName, condition: stage.action.condition(of: kind),
                key: "\(prefix.lowercased())-if")
        } catch {
            return try fail(plan, number: number, name: "\(prefix) \(plan.displayName)", error)
        }
        guard case .run(var decision) = verdict, let site else {
            return try skip(plan, number: number, name: "\(prefix) \(plan.displayName)", verdict.skipCause)
        }
        decision.name = "\(prefix) \(decision.name)"
        try run(decision, number: number, stage: kind, site: site) { execution throws(ExecutionError) in
            try execution.run(stage, as: kind, in: scope, step: decision.step)
        }
    }

    // MARK: - Deciding

    private func decide(_ step: PlannedStep) throws(ExecutionError) -> Verdict {
        if let condition = step.groupCondition, isSetUp, try !evaluator().holds(condition) {
            return .skip(skipCause(condition, evaluator()))
        }
        return try decide(
            step.plan, path: step.path, actionName: step.actionName, condition: step.plan.condition, key: "the step's if")
    }

    /// - Parameter condition: nil: it always runs.
    private func decide(
        _ plan: StepPlan, path: CallPath, actionName: String, condition: Condition?, key: String
    ) throws(ExecutionError) -> Verdict {
        guard isSetUp else { return .skip(.failure) }
        guard cancellation.level < .forced else { return .skip(.cancel) }
        let looking = try Cancellation(following: cancellation, from: threshold(survives: false), until: jobLimit)
        let own = try evaluator(cancellation: looking).variables(plan.environment, in: "env")
        // The condition sees the step's own variables, as on GitHub.
        let environment = variables.environment.merging(own) { $1 }
        let evaluator = evaluator(environment: environment, cancellation: looking)
        if let condition, try !evaluator.holds(condition, in: key) { return .skip(skipCause(condition, evaluator)) }
        let decision = Decision(
            step: PreparedStep(
                plan: plan, path: path, actionName: actionName, environment: environment, ownEnvironment: own),
            name: evaluator.displayName(of: plan),
            tolerates: try evaluator.flag(plan.continueOnError, in: "continue-on-error"),
            minutes: try evaluator.minutes(plan.timeoutMinutes),
            survivesCancel: condition.map(evaluator.survivesCancel) ?? true)
        return .run(decision)
    }

    /// Why a step does not run whose condition does not hold.
    private func skipCause(_ condition: Condition, _ evaluator: StepEvaluator) -> SkipCause {
        guard status != .success else { return .condition }
        let cause = status == .cancelled ? SkipCause.cancel : .failure
        // What asks for how earlier steps ended is about the failure, whatever it would be without.
        guard !condition.asksForResults else { return cause }
        var unharmed = evaluator
        unharmed.jobStatus = .success
        // One that can't be evaluated then says nothing.
        return ((try? unharmed.holds(condition)) ?? true) ? cause : .condition
    }

    /// From which level on a cancel of the job stops a step: one that runs although, or because, the job is cancelled is stopped by
    /// the second only.
    func threshold(survives: Bool) -> Cancellation.Level {
        survives || status == .cancelled ? .forced : .requested
    }

    // MARK: - Running

    private func run(
        _ decision: Decision, number: Int, stage: Stage, site: JobSite,
        work: (StepExecution) throws(ExecutionError) -> StepEnd
    ) throws(ExecutionError) {
        try startStep(number, name: decision.name)
        let limit = jobLimit.limited(toMinutes: decision.minutes)
        let execution = StepExecution(
            site: site, number: number, log: log,
            cancellation: try Cancellation(
                following: cancellation, from: threshold(survives: decision.survivesCancel), until: limit),
            limit: limit, jobStatus: status, stage: stage, variables: variables)
        let end = try execution.finish { () throws(ExecutionError) in try work(execution) }
        if !decision.tolerates { try execution.diagnose(end) }
        if end.conclusion(tolerates: decision.tolerates).isFailure {
            failedStep = FailedStep(name: decision.name, place: execution.place)
        }
        takeOver(execution)
        if wantedRetry == nil, let retry = end.retry {
            (wantedRetry, retryCause) = (retry, Self.failure(of: number, name: decision.name, end))
        }
        try conclude(
            decision.step.plan, number: number, name: decision.name, end: end, tolerates: decision.tolerates)
    }

    /// What a step changed counts for those after it.
    func takeOver(_ execution: StepExecution) {
        variables.apply(execution.variables.changes)
        for stage in execution.posts[0] { ActionStage.add(stage, to: &posts) }
    }

    /// A step that can't even be decided about.
    private func fail(_ plan: StepPlan, number: Int, name: String, _ error: ExecutionError) throws(ExecutionError) {
        try startStep(number, name: name)
        log.write("##[error]\(error.message)")
        try annotate(.error, error.message, step: number)
        failedStep = FailedStep(name: name)
        try conclude(plan, number: number, name: name, end: .failed(error.message), tolerates: false)
    }

    func skip(_ plan: StepPlan, number: Int, name: String, _ cause: SkipCause) throws(ExecutionError) {
        var end = StepEnd(outcome: .skipped)
        end.skipCause = cause
        try startStep(number, name: name)
        try finishStep(number, name: name, end: end, conclusion: .skipped)
        remember(end, conclusion: .skipped, of: plan)
    }

    /// Records the end of a step in the foreground.
    func conclude(
        _ plan: StepPlan, number: Int, name: String, end: StepEnd, tolerates: Bool, logTo: Int64? = nil
    ) throws(ExecutionError) {
        if end.hitJobLimit { noteTimeLimit() }
        if cancellation.level != .none { status = .cancelled }
        let conclusion = end.conclusion(tolerates: tolerates)
        if conclusion.isFailure {
            noteFailure(Self.failure(of: number, name: name, end))
            if let review = end.review { reviews.append(review) }
        }
        try finishStep(number, name: name, end: end, conclusion: conclusion, logTo: logTo)
        remember(end, conclusion: conclusion, of: plan)
    }

    private static func failure(of number: Int, name: String, _ end: StepEnd) -> String {
        "step \(number) (\(name)): \(end.reason ?? "the step failed")"
    }

    func remember(_ end: StepEnd, conclusion: Conclusion, of plan: StepPlan) {
        guard let id = plan.id else { return }
        scope.record(outputs: end.outputs, outcome: end.outcome, conclusion: conclusion, ofStep: id)
    }
}
