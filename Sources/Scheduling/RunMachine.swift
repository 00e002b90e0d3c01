internal import Execution
internal import Expressions
internal import FoundationEssentials
internal import Plan
internal import Store

/// Decides what is due in one run. Pure: state and time in, changes out.
///
/// A job begins as one row, `waiting`. When its needs are complete, its `if` is looked at and its matrix expanded into a
/// row a cell; rows that may start are `queued` until the scheduler has capacity for them.
struct RunMachine {
    /// What is to be stored, and done, for the decisions of one call.
    struct Decision {
        var changes: [SchedulingChange] = []
        /// Running jobs to be stopped, with the reason.
        var cancellations: [(job: Job, reason: String, isRepeated: Bool)] = []
    }

    private(set) var state: RunState
    let facts: RepositoryFacts
    /// Matrix jobs whose cells are on their way into the store.
    private var expanding: Set<Int64> = []

    init(state: RunState, facts: RepositoryFacts) {
        self.state = state
        self.facts = facts
    }

    var run: Run { state.run }
    /// An operator cancelled the run.
    var cancelReason: String? { state.run.cancelReason }
    var isComplete: Bool { state.run.status == .completed }
    var contexts: RunContexts { RunContexts(state: state, facts: facts) }

    func job(_ id: Int64) -> Job? { state.jobs.first { $0.id == id } }

    mutating func replace(_ job: Job) {
        guard let index = state.jobs.firstIndex(where: { $0.id == job.id }) else { return }
        state.jobs[index] = job
    }

    mutating func replace(_ run: Run) { state.run = run }

    // MARK: - Inputs

    /// A worker has the job.
    mutating func started(_ id: Int64, at now: Date) -> [SchedulingChange] {
        guard var job = job(id) else { return [] }
        job.status = .running
        job.startedAt = now
        job.reason = nil
        replace(job)
        var changes: [SchedulingChange] = [.updateJob(job)]
        if state.run.status != .running {
            state.run.status = .running
            state.run.reason = nil
            state.run.startedAt = state.run.startedAt ?? now
            changes.append(.updateRun(state.run))
        }
        return changes
    }

    mutating func ended(_ id: Int64, _ finish: JournalRecord.JobFinish) -> Decision {
        guard var job = job(id), job.status != .completed else { return Decision() }
        job.status = .completed
        job.conclusion = finish.conclusion
        job.reason = finish.reason
        job.outputs = finish.outputs
        job.continuesOnError = finish.continuesOnError
        job.finishedAt = finish.at
        replace(job)
        var decision = Decision(changes: [.updateJob(job)])
        if job.effectiveConclusion?.isFailure ?? false, failsFast(job) {
            // A second sibling's failure is no second cancel: the steps that clean up go on.
            stop(
                state.jobs.filter { $0.key == job.key && $0.id != id && !$0.cancelRequested },
                reason: "fail-fast: \(job.name) failed", at: finish.at, isRepeated: false, into: &decision)
        }
        return decision
    }

    /// An operator's cancel: what has not started ends, what runs is stopped.
    mutating func cancel(reason: String, at now: Date) -> Decision {
        var decision = Decision()
        let isRepeated = cancelReason != nil
        if !isRepeated {
            state.run.cancelReason = reason
            decision.changes.append(.updateRun(state.run))
        }
        stop(
            state.jobs.filter { !runsWhenCancelled($0) }, reason: reason, at: now, isRepeated: isRepeated, into: &decision)
        return decision
    }

    private mutating func stop(
        _ jobs: [Job], reason: String, at now: Date, isRepeated: Bool, into decision: inout Decision
    ) {
        for var job in jobs where job.status != .completed {
            if job.status == .running {
                decision.cancellations.append((job, reason, isRepeated: isRepeated && job.cancelRequested))
                job.cancelRequested = true
            } else {
                job.conclude(.cancelled, reason: reason, at: now)
            }
            replace(job)
            decision.changes.append(.updateJob(job))
        }
    }

    /// A waiting job whose `if` asks for a status may still want to run after a cancel (`always()`).
    private func runsWhenCancelled(_ job: Job) -> Bool {
        guard job.status == .waiting, let plan = state.plan.job(job.key) else { return false }
        return plan.condition != .whenSuccessful && plan.condition.callsStatusFunction
    }

    // MARK: - Decisions

    /// Everything that follows from what is complete by now, including the run's own end.
    mutating func advance(at now: Date) -> Decision {
        var decision = Decision()
        var isChanged = true
        while isChanged {
            isChanged = false
            for job in state.jobs where job.status == .waiting && !expanding.contains(job.id) {
                guard let plan = state.plan.job(job.key) else { continue }
                let missing = plan.needs.filter { key in
                    state.jobs.contains { $0.key == key && $0.status != .completed }
                }
                if missing.isEmpty {
                    isChanged = true
                    settle(job, plan: plan, at: now, into: &decision)
                } else {
                    wait(job, reason: "needs \(missing.joined(separator: ", "))", into: &decision)
                }
            }
        }
        concludeIfDone(at: now, into: &decision)
        return decision
    }

    private mutating func wait(_ job: Job, reason: String, into decision: inout Decision) {
        guard job.reason != reason else { return }
        var job = job
        job.reason = reason
        replace(job)
        decision.changes.append(.updateJob(job))
    }

    /// A job whose needs are complete: skipped, refused, expanded or queued.
    private mutating func settle(_ job: Job, plan: JobPlan, at now: Date, into decision: inout Decision) {
        var job = job
        let context = EvaluationContext(
            contexts: contexts.beforeStart(of: job, plan: plan, matrix: job.matrix),
            functions: JobFunctions(ancestors: ancestors(of: plan), isCancelled: cancelReason != nil))
        do {
            guard try plan.condition.holds(in: context) else {
                let isCancelled = cancelReason != nil
                job.conclude(
                    isCancelled ? .cancelled : .skipped, reason: cancelReason ?? reasonForSkipping(plan), at: now)
                replace(job)
                return decision.changes.append(.updateJob(job))
            }
            if job.matrix == nil, let matrix = plan.strategy?.matrix {
                let cells = try MatrixExpansion.cells(of: matrix.evaluate(in: context))
                return expand(job, plan: plan, into: cells, at: now, decision: &decision)
            }
        } catch let error as ExpressionError {
            job.conclude(.failure, reason: "can't evaluate the job's if or matrix: \(error.message)", at: now)
        } catch let error as MatrixExpansion.Failure {
            job.conclude(.failure, reason: error.message, at: now)
        } catch {
            job.conclude(.failure, reason: "\(error)", at: now)
        }
        if job.status == .waiting { queue(&job, plan: plan, at: now) }
        replace(job)
        decision.changes.append(.updateJob(job))
    }

    private func reasonForSkipping(_ plan: JobPlan) -> String {
        let culprit = ancestors(of: plan).first { $0.effectiveConclusion != .success }
        guard !plan.condition.callsStatusFunction, let culprit else { return "its condition does not hold" }
        let result = (culprit.effectiveConclusion ?? .skipped).result
        return "it needs \(culprit.name), which ended as \(result)"
    }

    private func queue(_ job: inout Job, plan: JobPlan, at now: Date) {
        let context = EvaluationContext(contexts: contexts.beforeStart(of: job, plan: plan, matrix: job.matrix))
        job.name = JobName.name(of: plan, matrix: job.matrix, in: context)
        switch ExecutorLabels.match(plan.runsOn, in: context) {
        case .host:
            job.status = .queued
            job.reason = "waits for capacity: as many jobs run as the settings allow"
        case .refused(let reason):
            job.conclude(.refused, reason: reason, at: now)
        }
    }

    /// Has a matrix job's row replaced by one for each cell. The row stays, and holds its dependents back, until the store
    /// has the cells.
    private mutating func expand(
        _ placeholder: Job, plan: JobPlan, into cells: [ExpressionObject], at now: Date, decision: inout Decision
    ) {
        var jobs: [Job] = []
        for (index, cell) in cells.enumerated() {
            var job = placeholder
            job.id = 0
            job.matrix = cell
            job.cellIndex = index
            job.cellCount = cells.count
            queue(&job, plan: plan, at: now)
            jobs.append(job)
        }
        expanding.insert(placeholder.id)
        decision.changes += [.removeJob(placeholder.id), .insertJobs(jobs)]
    }

    /// Takes over the rows that the store made of a decision's `insertJobs`.
    mutating func inserted(_ jobs: [Job]) {
        state.jobs.removeAll { expanding.contains($0.id) }
        expanding = []
        state.jobs += jobs
    }

    private func ancestors(of plan: JobPlan) -> [Job] {
        var keys: Set<String> = []
        var open = plan.needs
        while let key = open.popLast() {
            guard keys.insert(key).inserted else { continue }
            open += state.plan.job(key)?.needs ?? []
        }
        return state.jobs.filter { keys.contains($0.key) }
    }

    private mutating func concludeIfDone(at now: Date, into decision: inout Decision) {
        guard !isComplete, state.jobs.allSatisfy({ $0.status == .completed }) else { return }
        state.run.status = .completed
        state.run.conclusion = conclusion
        state.run.reason = RunReason.reason(of: state.jobs, conclusion: conclusion, cancelReason: cancelReason)
        state.run.finishedAt = now
        decision.changes.append(.updateRun(state.run))
    }

    private var conclusion: Conclusion {
        let conclusions = state.jobs.map { $0.effectiveConclusion ?? .skipped }
        if cancelReason != nil, conclusions.contains(.cancelled) { return .cancelled }
        for conclusion in [Conclusion.failure, .lost, .timedOut, .refused, .cancelled, .success]
        where conclusions.contains(conclusion) { return conclusion }
        return .skipped
    }
}

extension Job {
    /// Ends a job that never had a worker.
    mutating func conclude(_ conclusion: Conclusion, reason: String, at now: Date) {
        status = .completed
        self.conclusion = conclusion
        self.reason = reason
        finishedAt = now
    }
}
