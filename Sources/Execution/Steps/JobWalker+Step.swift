internal import Expressions
internal import Plan

extension JobWalker {
    /// Seconds that steps with `always()` get after the job's time is over, as on GitHub.
    private static let timeAfterLimit = 300.0

    /// Decides about a step, runs it and records its end.
    func walk(_ step: StepPlan, number: Int, isReachable: Bool) throws(ExecutionError) {
        nextNumber = number + 1
        noteCancellation()
        var stepEnvironment = environment
        do {
            guard isReachable, cancellation.level < .forced else { return try skip(step, number: number) }
            guard try holds(step, environment: environment) else { return try skip(step, number: number) }
            for variable in step.environment {
                stepEnvironment[variable.name] = try text(variable.value, in: "the step's env", environment: stepEnvironment)
            }
        } catch {
            try startStep(number, name: step.displayName)
            report(error.message)
            return try conclude(step, number: number, name: step.displayName, end: .failed(error.message), tolerates: false)
        }
        let name = displayName(of: step, environment: stepEnvironment)
        try startStep(number, name: name)
        var end: StepEnd
        var tolerates = false
        do {
            tolerates = try flag(step.continueOnError, in: "continue-on-error", environment: stepEnvironment)
            let limit = try minutes(step.timeoutMinutes, environment: stepEnvironment)
            let prepared = PreparedStep(
                number: number, name: name, plan: step, environment: stepEnvironment,
                deadline: limit.map { Deadline(after: $0 * 60) }, timeoutMinutes: limit)
            end = try perform(prepared)
        } catch {
            report(error.message)
            end = .failed(error.message)
        }
        try conclude(step, number: number, name: name, end: end, tolerates: tolerates)
    }

    private func perform(_ step: PreparedStep) throws(ExecutionError) -> StepEnd {
        switch step.plan.work {
        case .script(let script): try run(script, of: step)
        case .action(let call): try run(call, of: step)
        }
    }

    private func holds(_ step: StepPlan, environment: [String: String]) throws(ExecutionError) -> Bool {
        do { return try step.condition.holds(in: evaluationContext(environment: environment)) } catch {
            throw ExecutionError("can't evaluate the step's if (\(step.condition.source)): \(error.message)")
        }
    }

    private func displayName(of step: StepPlan, environment: [String: String]) -> String {
        guard let name = step.name else { return step.displayName }
        return (try? name.text(in: evaluationContext(environment: environment))) ?? name.source
    }

    private func skip(_ step: StepPlan, number: Int) throws(ExecutionError) {
        let end = StepEnd(outcome: .skipped)
        try startStep(number, name: step.displayName)
        try finishStep(number, name: step.displayName, end: end, conclusion: .skipped)
        remember(end, conclusion: .skipped, of: step)
    }

    private func conclude(
        _ step: StepPlan, number: Int, name: String, end: StepEnd, tolerates: Bool
    ) throws(ExecutionError) {
        noteCancellation()
        let conclusion = end.outcome.isFailure && tolerates ? Conclusion.success : end.outcome
        if conclusion.isFailure {
            if contexts.status == .success { contexts.status = .failure }
            let reason = end.reason ?? "the step failed"
            firstFailure = firstFailure ?? "step \(number) (\(name)): \(reason)"
        }
        try finishStep(number, name: name, end: end, conclusion: conclusion)
        remember(end, conclusion: conclusion, of: step)
    }

    private func remember(_ end: StepEnd, conclusion: Conclusion, of step: StepPlan) {
        guard let id = step.id else { return }
        contexts.record(.init(outputs: end.outputs, outcome: end.outcome, conclusion: conclusion), ofStep: id)
    }

    /// Takes a cancel, or the end of the job's time, into the job's status.
    func noteCancellation() {
        if cancellation.level != .none {
            contexts.status = .cancelled
        } else if jobDeadline.hasPassed && !timedOut {
            timedOut = true
            contexts.status = .cancelled
            report("the job took longer than its limit and is stopped")
            jobDeadline = Deadline(after: Self.timeAfterLimit)
        }
    }

    // MARK: - Journal and log

    func startStep(_ number: Int, name: String) throws(ExecutionError) {
        try journal.append(.stepStarted(.init(number: number, name: log.masked(name), at: now(), logFrom: log.size)))
    }

    func finishStep(_ number: Int, name: String, end: StepEnd, conclusion: Conclusion) throws(ExecutionError) {
        try log.flush()
        try journal.append(
            .stepFinished(
                .init(
                    number: number, name: log.masked(name), outcome: end.outcome, conclusion: conclusion,
                    exitCode: end.exitCode, reason: end.reason.map(log.masked), at: now(), logTo: log.size)))
    }

    func annotate(_ annotation: Annotation) throws(ExecutionError) {
        var masked = annotation
        masked.message = log.masked(annotation.message)
        masked.title = annotation.title.map(log.masked)
        try journal.append(.annotation(masked))
    }

    /// An error of Slipway's own in the step's log.
    func report(_ message: String) {
        log.write("##[error]\(message)")
    }
}
