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
            guard isReachable, seenLevel < .forced else { return try skip(step, number: number) }
            // The condition sees the step's own variables, as on GitHub.
            stepEnvironment.merge(try variables(step.environment, in: "env", environment: environment)) { $1 }
            guard try holds(step, environment: stepEnvironment) else { return try skip(step, number: number) }
        } catch {
            try startStep(number, name: step.displayName)
            report(error.message)
            return try conclude(step, number: number, name: step.displayName, end: .failed(error.message), tolerates: false)
        }
        contexts.github["action"] = .string(actionName(of: step))
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

    /// `github.action`: the step's id, or what GitHub makes up for one without.
    private func actionName(of step: StepPlan) -> String {
        if let id = step.id { return id }
        var name = "__run"
        if case .action(let call) = step.work { name = "__" + call.actionName.split(separator: "/").joined(separator: "_") }
        unnamedSteps[name, default: 0] += 1
        let count = unnamedSteps[name] ?? 1
        return count == 1 ? name : "\(name)_\(count)"
    }

    private func perform(_ step: PreparedStep) throws(ExecutionError) -> StepEnd {
        switch step.plan.work {
        case .script(let script): try run(script, of: step)
        case .action(let call): try run(call, of: step)
        case .wait, .waitAll, .cancel, .parallel: throw ExecutionError("steps in the background are not supported yet")
        }
    }

    private func holds(_ step: StepPlan, environment: [String: String]) throws(ExecutionError) -> Bool {
        do { return try step.condition.holds(in: evaluationContext(environment: environment)) } catch {
            throw ExecutionError("can't evaluate the step's if (\(step.condition.source)): \(error.message)")
        }
    }

    private func displayName(of step: StepPlan, environment: [String: String]) -> String {
        let context = evaluationContext(environment: environment)
        if let name = step.name { return (try? name.text(in: context)) ?? name.source }
        guard case .script(let script) = step.work, let text = try? script.text.text(in: context) else { return step.displayName }
        let firstLine = text.split(whereSeparator: \.isNewline).first { !$0.allSatisfy(\.isWhitespace) }
        return firstLine.map { "Run \($0)" } ?? step.displayName
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
        seenLevel = cancellation.level
        if seenLevel != .none {
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
        masked.file = annotation.file.map(log.masked)
        try journal.append(.annotation(masked))
    }

    /// An error of Slipway's own in the step's log.
    func report(_ message: String) {
        log.write("##[error]\(message)")
    }
}
