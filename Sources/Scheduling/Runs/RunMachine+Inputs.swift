internal import Execution
internal import FoundationEssentials
internal import Plan
internal import Store

/// What happens to a run.
extension RunMachine {
    /// A worker has the job.
    mutating func started(_ id: Int64, at now: Date) -> Decision {
        var decision = Decision()
        guard var job = job(id) else { return decision }
        job.status = .running
        job.startedAt = now
        job.reason = nil
        // Whoever is told of both hears of the run first.
        noteStart(at: now, into: &decision)
        update(job, into: &decision)
        return decision
    }

    mutating func noteStart(at now: Date, into decision: inout Decision) {
        guard run.status != .running else { return }
        var run = run
        run.status = .running
        run.reason = nil
        run.startedAt = run.startedAt ?? now
        update(run, into: &decision)
        if !awaited.isEmpty { noteWaiting(into: &decision) }
    }

    /// The worker had not begun: the job waits for another one.
    mutating func requeued(_ id: Int64, at now: Date) -> Decision {
        var decision = Decision()
        guard var job = job(id), job.status == .running else { return decision }
        job.startedAt = nil
        if job.cancelRequested {
            conclude(
                job, .cancelled, reason: cancelReason ?? "cancelled before it started", at: now, into: &decision)
        } else {
            job.status = .queued
            update(job, into: &decision)
        }
        return decision
    }

    mutating func ended(_ id: Int64, _ finish: JournalRecord.JobFinish) -> Decision {
        var decision = Decision()
        guard var job = job(id), job.status != .completed else { return decision }
        if finish.conclusion == .lost, mayTryAgain(job) {
            tryAgain(job, finish, into: &decision)
            return decision
        }
        job.status = .completed
        job.conclusion = finish.conclusion
        job.reason = finish.reason
        job.outputs = finish.outputs
        job.environment?.url = finish.environmentURL
        job.continuesOnError = finish.continuesOnError
        job.finishedAt = finish.at
        // A failure that is tolerated keeps nothing from going on.
        if let review = finish.review, job.effectiveConclusion == .failure, !isCancelled(under: job.callerID),
            !job.cancelRequested
        {
            if review.kind == .investigation {
                holdForInvestigation(job, review, at: finish.at, into: &decision)
                return decision
            }
            request(.override, by: review, of: &job, since: finish.at, until: .distantFuture)
        }
        end(job, into: &decision)
        return decision
    }

    private func mayTryAgain(_ job: Job) -> Bool {
        job.lostTries.count < facts.lostRetries && !job.cancelRequested && !isCancelled(under: job.callerID)
    }

    /// Puts a fresh row in the place of one that was lost, which stays in the store with its log.
    private mutating func tryAgain(_ job: Job, _ finish: JournalRecord.JobFinish, into decision: inout Decision) {
        if !job.claims.isEmpty { decision.left.append(ConcurrencyGroups.Member(run: run.id, job: job.id)) }
        var waiting = job
        (waiting.status, waiting.startedAt, waiting.reason, waiting.claims) = (.waiting, nil, nil, [])
        // Until the store has the new row, nobody is to take the old one for ended.
        jobs.replace(waiting)
        expanding.insert(job.id)
        var lost = job
        (lost.status, lost.conclusion, lost.reason) = (.completed, .lost, finish.reason)
        (lost.finishedAt, lost.claims) = (finish.at, [])
        waiting.id = -1
        waiting.createdAt = finish.at
        waiting.lostTries.append(job.id)
        let remark = "This is try \(waiting.lostTries.count + 1): job \(job.id) was lost, \(finish.reason ?? "without a word")"
        decision.changes += [
            .updateJob(lost), .insertJobs([waiting]), .annotate(job: -1, Annotation(level: .warning, message: remark)),
        ]
    }

    /// Takes over the end of a job that ran, and stops the jobs that `fail-fast` gives up with it: its siblings in a matrix, or all.
    mutating func end(_ job: Job, into decision: inout Decision) {
        complete(job, into: &decision)
        guard job.effectiveConclusion?.isFailure ?? false else { return }
        let stopsAll = plan.failsFast == true
        guard stopsAll || limits(ofMatrixOf: job)?.failsFast ?? false else { return }
        // A second one's failure is no second cancel: the steps that clean up go on.
        let siblings = (stopsAll ? jobs.all : jobs.rows(at: RunJobs.Place(of: job))).filter {
            $0.id != job.id && $0.status != .completed && !$0.cancelRequested
        }
        for sibling in siblings {
            stopTree(of: sibling, reason: job.failFastReason, at: job.finishedAt ?? job.createdAt, into: &decision)
        }
    }

    /// An operator's cancel: what has not started ends, what runs is stopped, or goes on to its end.
    mutating func cancel(reason: String, letsRunningFinish: Bool = false, at now: Date) -> Decision {
        var decision = Decision()
        let isRepeated = cancelReason != nil
        let wasAdmitted = run.status == .running || plan.concurrency == nil || run.claims.contains(where: \.isHeld)
        if !isRepeated {
            var run = run
            run.cancelReason = reason
            update(run, into: &decision)
        }
        // Nothing of a run that waits for its group has begun, so nothing is to be cleaned up.
        let stopped = jobs.all.filter { job in
            if letsRunningFinish, job.status == .running, !job.isCall { return false }
            return !wasAdmitted || !runsWhenCancelled(job)
        }
        stop(stopped, reason: reason, at: now, isRepeated: isRepeated, into: &decision)
        attendAll()
        return decision
    }

    /// Stops a job; where it calls a workflow, the jobs of that, as a cancel of a run does.
    mutating func stopTree(of job: Job, reason: String, at now: Date, into decision: inout Decision) {
        let inside = jobs.tree(of: job).dropFirst().filter { !runsWhenCancelled($0) }
        stop([job] + inside, reason: reason, at: now, isRepeated: false, into: &decision)
    }
}

extension RunJobs {
    /// The cells of a job's matrix that its failure stopped: where it is overridden, it counts as none any more.
    func stopped(by id: Int64) -> Set<Int64> {
        guard let job = job(id) else { return [] }
        let siblings = rows(at: Place(of: job)).filter {
            $0.conclusion == .cancelled && $0.reason?.contains(job.failFastReason) == true
        }
        return Set(siblings.map(\.id))
    }
}

extension Job {
    /// Why the siblings of a job that failed are stopped.
    var failFastReason: String { "fail-fast: \(name) failed" }
}
