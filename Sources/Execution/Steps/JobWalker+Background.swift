internal import Expressions
internal import Plan

extension JobWalker {
    /// Starts a step beside the others. Its log lies in a file of its own until its place in the job's log has come.
    func start(_ decision: Decision, of step: PlannedStep, number: Int, site: JobSite) throws(ExecutionError) {
        let spool = try LogSpool(path: assignment.folder.backgroundLog(ofStep: number), news: background.news)
        background.add(
            BackgroundStep(
                decision, number: number, group: step.group, site: site, scope: scope, log: log.beside(spool), spool: spool,
                cancellation: try Cancellation(
                    following: cancellation, from: threshold(survives: decision.survivesCancel)),
                jobLimit: limitInBackground, jobStatus: status, variables: variables, now: now))
    }

    /// The job may stand still while the step goes on, once: the daemon waits for one pause, and no longer.
    private var limitInBackground: TimeLimit {
        guard let pause = parts.pause, !hasPaused else { return jobLimit }
        return .job(after: jobLimit.deadline.remaining + pause.limit)
    }

    /// A `wait`, `wait-all` or `cancel`. They run whatever happened before.
    func control(_ step: PlannedStep, number: Int) throws(ExecutionError) {
        let name = evaluator().displayName(of: step.plan)
        guard isSetUp, cancellation.level < .forced else {
            return try skip(step.plan, number: number, name: name, isSetUp ? .cancel : .failure)
        }
        try startStep(number, name: name)
        let targets = targets(of: step)
        if case .cancel = step.plan.work {
            log.write("Cancelling: \(list(targets))")
            for target in targets where !target.isEnded {
                target.isStopped = true
                target.cancellation.request(reason: "stopped by the step \"\(name)\"")
            }
        } else {
            log.write("Waiting for: \(list(targets))")
        }
        // What it waits for may get its place in the log while it waits: its own part ends here.
        let logTo = log.size
        for target in targets { try awaitEnd(of: target) }
        var end = StepEnd(outcome: .success)
        if case .cancel = step.plan.work {} else { end = waitEnd(for: targets) }
        let tolerates = (try? evaluator().flag(step.plan.continueOnError, in: "continue-on-error")) ?? false
        try conclude(step.plan, number: number, name: name, end: end, tolerates: tolerates, logTo: logTo)
    }

    private func targets(of step: PlannedStep) -> [BackgroundStep] {
        switch step.plan.work {
        case .wait(let ids):
            if let group = step.group { return background.all.filter { $0.group == group } }
            return background.all.filter { step in
                step.plan.id.map { known in ids.contains { $0.lowercased() == known.lowercased() } } ?? false
            }
        case .waitAll: return background.all.filter { !$0.isTakenOver }
        case .cancel(let id): return background.all.filter { $0.plan.id?.lowercased() == id.lowercased() }
        case .script, .action, .commands, .parallel: return []
        }
    }

    private func list(_ steps: [BackgroundStep]) -> String {
        steps.isEmpty ? "no step in the background" : steps.map(\.name).joined(separator: ", ")
    }

    /// What a wait ends with: what the worst of the steps did that were not stopped on purpose.
    private func waitEnd(for steps: [BackgroundStep]) -> StepEnd {
        func reason(_ step: BackgroundStep) -> String { "step \(step.number) (\(step.name)): \(step.end.reason ?? "it failed")" }
        if let failed = steps.first(where: { $0.conclusion.isFailure }) { return .failed(reason(failed)) }
        if let cancelled = steps.first(where: { $0.conclusion == .cancelled && !$0.isStopped }) {
            return StepEnd(outcome: .cancelled, reason: reason(cancelled))
        }
        return StepEnd(outcome: .success)
    }

    /// Waits for a step, with its log growing meanwhile, and takes over what it changed.
    private func awaitEnd(of step: BackgroundStep) throws(ExecutionError) {
        if step.hasPlace { background.awaitEnd(of: step) } else { try placeLog(of: step) }
        guard !step.isTakenOver else { return }
        step.isTakenOver = true
        if let fault = step.fault { throw fault }
        if step.conclusion.isFailure { failedStep = FailedStep(name: step.name, place: step.execution?.place) }
        if let execution = step.execution { takeOver(execution) }
        if step.end.hitJobLimit { noteTimeLimit() }
        remember(step.end, conclusion: step.conclusion, of: step.plan)
    }

    /// Gives the log of a step its place at the end of the job's, until the step ends.
    private func placeLog(of step: BackgroundStep) throws(ExecutionError) {
        step.hasPlace = true
        let from = log.size
        if !step.isEnded { try journal.append(.stepLog(.init(number: step.number, from: from))) }
        var position: Int64 = 0
        while true {
            let seen = background.news.told
            let isEnded = step.isEnded
            position = log.append(step.spool, from: position)
            if isEnded { break }
            background.news.wait(after: seen)
        }
        try log.flush()
        try journal.append(.stepLog(.init(number: step.number, from: from, to: log.size)))
        step.spool.remove()
    }

    /// Between two steps: the logs of those that ended meanwhile get their place.
    func placeEndedLogs() throws(ExecutionError) {
        for step in background.all where step.isEnded && !step.hasPlace { try placeLog(of: step) }
    }

    /// The wait for all that comes before the job's post steps. What failed in the background fails the job at the latest now.
    func awaitBackground() throws(ExecutionError) {
        for step in background.all {
            try awaitEnd(of: step)
            if step.conclusion.isFailure {
                noteFailure("step \(step.number) (\(step.name)): \(step.end.reason ?? "it failed")")
            }
        }
        if cancellation.level != .none { status = .cancelled }
    }
}
