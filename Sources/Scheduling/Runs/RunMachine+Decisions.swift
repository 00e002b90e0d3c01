internal import Expressions
internal import FoundationEssentials
internal import Plan
internal import Store

/// What becomes of the rows that wait.
extension RunMachine {
    mutating func look(
        at place: RunJobs.Place, at now: Date, groups: inout ConcurrencyGroups, into decision: inout Decision
    ) {
        guard let planned = planned[place.key], isUnderWay(place.caller) else { return }
        let rows = jobs.waitingRows(at: place).filter { !expanding.contains($0.id) && !$0.isInvestigated }
        guard !rows.isEmpty else { return }
        let missing = planned.needs.filter { !jobs.isComplete(RunJobs.Place(caller: place.caller, key: $0)) }
        for row in rows.compactMap({ jobs.job($0.id) }) where row.status == .waiting {
            if missing.isEmpty {
                settle(row, planned, at: now, groups: &groups, into: &decision)
            } else {
                wait(row, reason: "needs \(missing.map(JobKey.own).joined(separator: ", "))", into: &decision)
            }
        }
    }

    /// Whether the jobs of a call may be looked at: not before it is their turn.
    private func isUnderWay(_ caller: Int64?) -> Bool {
        guard let caller else { return true }
        return jobs.job(caller)?.status == .running
    }

    mutating func wait(_ job: Job, reason: String, into decision: inout Decision) {
        guard job.reason != reason else { return }
        var job = job
        job.reason = reason
        update(job, into: &decision)
    }

    /// A job whose needs are complete: skipped, refused, expanded, or admitted to what is left to wait for.
    private mutating func settle(
        _ job: Job, _ planned: PlannedJobs.Planned, at now: Date, groups: inout ConcurrencyGroups, into decision: inout Decision
    ) {
        let plan = planned.plan
        let contexts = contextsBeforeStart(of: job)
        let ancestors = planned.ancestors.flatMap { jobs.rows(at: RunJobs.Place(caller: job.callerID, key: $0)) }
        let isCancelled = isCancelled(under: job.callerID)
        // What is being evaluated, for the message.
        var subject = "if (\(plan.condition.source))"
        do {
            let context = EvaluationContext(
                contexts: contexts, functions: JobFunctions(ancestors: ancestors, isCancelled: isCancelled))
            // What is in its queue already, or goes on with a call, was asked when it came.
            guard try isDecided(job) || plan.condition.holds(in: context) else {
                let reason = isCancelled ? cancelReason ?? "its call was cancelled" : reasonForSkipping(plan, ancestors)
                return conclude(job, isCancelled ? .cancelled : .skipped, reason: reason, at: now, into: &decision)
            }
            if job.matrix == nil, let matrix = plan.strategy?.matrix {
                subject = "matrix (\(matrix.sources.joined(separator: ", ")))"
                let cells = try MatrixExpansion.cells(of: matrix.evaluate(in: context))
                return expand(job, plan, into: cells, at: now, decision: &decision)
            }
        } catch let error as MatrixExpansion.Failure {
            return conclude(job, .failure, reason: error.message, at: now, into: &decision)
        } catch let error as ExpressionError {
            let reason = "can't evaluate the job's \(subject): \(error.message)"
            return conclude(job, .failure, reason: reason, at: now, into: &decision)
        } catch {
            return conclude(job, .failure, reason: "\(error)", at: now, into: &decision)
        }
        admit(job, plan, contexts: contexts, at: now, groups: &groups, into: &decision)
    }

    /// Whether something is known of it that was asked or found out once its needs were complete.
    func isDecided(_ job: Job) -> Bool {
        !job.claims.isEmpty || job.isCall || job.approval != nil || job.environment != nil
    }

    private func reasonForSkipping(_ plan: JobPlan, _ ancestors: [Job]) -> String {
        let culprit = ancestors.filter { $0.effectiveConclusion != .success }.min { $0.position < $1.position }
        guard !plan.condition.callsStatusFunction, let culprit else { return "its condition does not hold" }
        let result = (culprit.effectiveConclusion ?? .skipped).result
        return "it needs \(culprit.name), which ended as \(result)"
    }

    /// Has a matrix job's row replaced by one for each cell. The row stays, and holds its dependents back, until the store
    /// has the cells.
    private mutating func expand(
        _ placeholder: Job, _ plan: JobPlan, into cells: [ExpressionObject], at now: Date, decision: inout Decision
    ) {
        var rows: [Job] = []
        rows.reserveCapacity(cells.count)
        for (index, cell) in cells.enumerated() {
            var row = placeholder
            row.id = 0
            row.matrix = cell
            row.cellIndex = index
            row.cellCount = cells.count
            row.reason = nil
            let contexts = contextsBeforeStart(of: row)
            if plan.isGated {
                // What has more to wait for than capacity is admitted once it has an id.
                row.name = name(of: row, plan, in: EvaluationContext(contexts: contexts))
            } else {
                queue(&row, plan, contexts: contexts, at: now)
            }
            rows.append(row)
        }
        expanding.insert(placeholder.id)
        decision.changes += [.removeJob(placeholder.id), .insertJobs(rows)]
    }

    /// Names the job, and queues it where this host can take it.
    func queue(_ job: inout Job, _ plan: JobPlan, contexts: ExpressionObject, at now: Date) {
        let context = EvaluationContext(contexts: contexts)
        job.name = name(of: job, plan, in: context)
        switch ExecutorLabels(targets: facts.labels).match(plan.runsOn, in: context) {
        case .target:
            job.status = .queued
            job.reason = Self.waitsForCapacity
        case .refused(let reason):
            job.status = .completed
            job.conclusion = .refused
            job.reason = reason
            job.finishedAt = now
        }
    }

    static let waitsForCapacity = "waits for capacity: as many jobs run as the settings allow"

    func name(of job: Job, _ plan: JobPlan, in context: EvaluationContext) -> String {
        let own = JobTitle.text(of: plan, matrix: job.matrix, in: context)
        return job.callerID.flatMap(jobs.job).map { "\($0.name) / \(own)" } ?? own
    }
}

extension JobPlan {
    /// Whether it has more to wait for than its needs and capacity.
    var isGated: Bool { call != nil || concurrency != nil || approval != nil || deployment != nil }
}
