internal import FoundationEssentials
internal import Plan
internal import Store

/// Jobs that run again while others of their run still do.
///
/// A fresh row takes the place of the old one in the same attempt, as with a job that was lost: the old one stays in the store, with
/// its log, as one of the new one's earlier tries.
extension RunMachine {
    /// The completed jobs that a selection names, with what needs them and has ended.
    ///
    /// - Throws: `notFound`, or `conflict` that says what has to be over first.
    func repeats(of selection: RerunSelection) throws(SchedulingError) -> [Job] {
        let rules = repeatRules
        if let objection = rules.objection { throw objection }
        var (chosen, takesDependents) = (Set<Int64>(), true)
        switch selection {
        case .only(let ids): chosen = Set(ids)
        case .alone(let ids): (chosen, takesDependents) = (Set(ids), false)
        case .failed:
            let failed = jobs.all.filter { !$0.isCall && $0.status == .completed && ($0.conclusion?.isFailure ?? false) }
            chosen = Set(failed.map(\.id))
        case .all, .stage, .after:
            throw SchedulingError(
                .conflict, "run \(run.id) is not completed: rerun jobs of it that have ended, or wait for its end, or cancel it")
        }
        guard !chosen.isEmpty else {
            throw SchedulingError(.conflict, "run \(run.id) has no failed job yet: choose one of its jobs, or wait for its end")
        }
        let named = chosen
        if let objection = rules.objection(toRepeating: named) { throw objection }
        let all = rules.withDependents(named)
        return jobs.all.filter { job in
            named.contains(job.id)
                || takesDependents && all.contains(job.id) && (job.status == .completed || job.isInvestigated)
        }
    }

    var repeatRules: RepeatRules {
        RepeatRules(run, jobs: jobs.all, isStaged: plan.dialect == .pipeline, replacing: expanding)
    }

    /// Puts fresh rows in the place of jobs that have ended.
    ///
    /// - Parameters:
    ///   - remark: who asked for it and why; it stands with the new rows.
    ///   - asker: the account of who asked for it.
    ///   - overridden: of an overridden gate its job, which counts as passed and does not run again, and the answer.
    mutating func `repeat`(
        _ ended: [Job], remark: String, by asker: String? = nil,
        overriding overridden: (job: Int64, answer: JobApproval.Answer)? = nil,
        at now: Date
    ) -> Decision {
        var decision = Decision()
        if let asker, !run.askers.contains(asker) {
            var asked = run
            asked.askers.append(asker)
            update(asked, into: &decision)
        }
        decideAnew(afterNeeds: Set(ended.map(\.id)), into: &decision)
        var rows: [Job] = []
        for job in ended {
            if job.isInvestigated { withdraw(job, at: now, into: &decision) }
            var held = job
            (held.status, held.conclusion, held.reason) = (.waiting, nil, nil)
            // Until the store has the new row, nobody is to take the old one for ended.
            jobs.replace(held)
            expanding.insert(job.id)
            var row =
                overridden?.job == job.id
                ? job.overridden(by: overridden?.answer)
                : Job(
                    runID: job.runID, key: job.key, callerID: job.callerID, position: job.position,
                    name: job.name, attempt: job.attempt, matrix: job.matrix, cellIndex: job.cellIndex, cellCount: job.cellCount,
                    needs: job.needs, createdAt: now)
            row.id = Int64(-rows.count - 1)
            (row.lostTries, row.repeatedTries) = ([], job.repeatedTries + job.lostTries + [job.id])
            rows.append(row)
        }
        noteWaiting(into: &decision)
        needsOfPlaces = [:]
        decision.changes.append(.insertJobs(rows))
        decision.changes += rows.map { .annotate(job: $0.id, Annotation(level: .notice, message: remark)) }
        return decision
    }
}

extension RunMachine {
    /// What was asked, answered or found out about jobs that wait was so by the results of before: they wait for their needs again.
    /// The requests of others learn who asked: they must not answer where nobody may who wants the run.
    fileprivate mutating func decideAnew(afterNeeds ids: Set<Int64>, into decision: inout Decision) {
        let dependents = repeatRules.withDependents(ids).subtracting(ids)
        for var job in jobs.all where job.status == .waiting && !ids.contains(job.id) && !expanding.contains(job.id) {
            guard dependents.contains(job.id), !job.isInvestigated else {
                guard job.awaitsApproval else { continue }
                excludeOwnReview(of: &job)
                if job != jobs.job(job.id) { update(job, into: &decision) }
                continue
            }
            guard isDecided(job) else { continue }
            if !job.claims.isEmpty { decision.left.append(ConcurrencyGroups.Member(run: run.id, job: job.id)) }
            (job.claims, job.approval, job.environment, job.reason, job.startedAt) = ([], nil, nil, nil, nil)
            timers[job.id] = nil
            update(job, into: &decision)
            attend(RunJobs.Place(of: job))
        }
    }

    /// A job that has run, and about which a person was asked: nobody has to answer any more.
    fileprivate mutating func withdraw(_ job: Job, at now: Date, into decision: inout Decision) {
        var job = job
        (job.status, job.conclusion, job.finishedAt) = (.completed, .cancelled, now)
        job.reason = "what it needs runs again: nobody has to say any more whether it is good enough"
        update(job, into: &decision)
    }
}

extension Job {
    /// The same job with its result, but for the gate that somebody lets pass.
    func overridden(by answer: JobApproval.Answer?) -> Job {
        var copy = self
        copy.reusedFrom = reusedFrom ?? id
        copy.conclusion = .success
        copy.approval?.answer = answer
        copy.reason = "overridden by \(answer?.actor ?? "an operator"): \(answer?.comment ?? "")"
        return copy
    }
}

extension RerunSelection {
    fileprivate func names(_ id: Int64) -> Bool {
        switch self {
        case .only(let ids), .alone(let ids): ids.contains(id)
        case .failed, .all, .stage, .after: false
        }
    }
}
