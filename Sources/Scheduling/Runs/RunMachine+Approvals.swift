internal import Expressions
internal import FoundationEssentials
internal import Plan
internal import Store

/// Jobs that somebody has to approve before they start.
///
/// A job asks once its needs are complete and its condition holds, before it goes on to concurrency groups: what nobody has
/// approved keeps nothing from others. What it was told is stored with it, so that no restart asks again.
extension RunMachine {
    /// - Returns: whether the job may go on; else it waits for an answer, or has ended.
    mutating func isApproved(
        _ job: inout Job, _ plan: JobPlan, contexts: ExpressionObject, at now: Date, into decision: inout Decision
    ) -> Bool {
        // What was asked stays asked, whatever the settings have become since.
        if let request = job.approval { return request.answer?.verdict == .approved }
        guard let approval = plan.approval ?? approvalOfEnvironment(of: job, plan) else { return true }
        do throws(Refusal) {
            try ask(approval, for: &job, plan, contexts: contexts, at: now)
            update(job, into: &decision)
            noteWaiting(into: &decision)
        } catch {
            conclude(job, error.conclusion, reason: error.reason, at: now, into: &decision)
        }
        return false
    }

    private func ask(
        _ approval: ApprovalPlan, for job: inout Job, _ plan: JobPlan, contexts: ExpressionObject, at now: Date
    ) throws(Refusal) {
        if !approval.isWholeJob, plan.call == nil {
            // Nobody is to be asked about what can't run.
            var other = job
            queue(&other, plan, contexts: contexts, at: now)
            if other.status == .completed {
                throw Refusal(conclusion: .refused, reason: other.reason ?? "no executor takes it")
            }
        }
        let context = EvaluationContext(contexts: contexts)
        job.name = name(of: job, plan, in: context)
        do throws(ExpressionError) {
            job.approval = JobApproval(
                message: try approval.message?.text(in: context), link: try approval.link?.text(in: context),
                approvers: approval.approvers, since: now, until: now.addingTimeInterval(approval.timeout))
            if plan.approval == nil { noteEnvironment(of: &job) }
        } catch {
            throw Refusal(
                conclusion: .failure, reason: "can't evaluate what is to be approved\(approval.sources): \(error.message)")
        }
        if approval.isWholeJob { job.startedAt = now }
        let audience = job.approval?.audience ?? "an operator"
        job.reason =
            "waits for an approval by \(audience)\(job.approval?.environment.map { " for the environment \($0)" } ?? ""), asked \(UTCMoment.text(now)), until "
            + UTCMoment.text(now.addingTimeInterval(approval.timeout))
    }

    /// A person's answer.
    ///
    /// - Precondition: the job waits for one.
    mutating func answered(_ id: Int64, _ answer: JobApproval.Answer) -> Decision {
        var decision = Decision()
        guard var job = job(id), job.awaitsApproval else { return decision }
        job.approval?.answer = answer
        let words = Self.words(for: answer, request: job.approval)
        if answer.verdict != .approved {
            finish(job, answer.verdict == .timedOut ? .timedOut : .failure, reason: words, at: answer.date, into: &decision)
        } else if job.approval?.kind == .investigation {
            finish(job, .success, reason: words, at: answer.date, into: &decision)
        } else if planned[job.key]?.plan.approval?.isWholeJob ?? false {
            job.outputs = Self.outputs(of: answer)
            finish(job, .success, reason: words, at: answer.date, into: &decision)
        } else {
            job.reason = nil
            update(job, into: &decision)
            attend(RunJobs.Place(of: job))
        }
        noteWaiting(into: &decision)
        return decision
    }

    /// Fails the jobs that nobody answered in time.
    mutating func expireApprovals(at now: Date, into decision: inout Decision) {
        let due = awaited.filter { $0.value <= now }.keys.sorted()
        for id in due { decision.append(answered(id, JobApproval.Answer(verdict: .timedOut, date: now))) }
    }

    /// When the next request is over that nobody answers, or the next timer of an environment.
    var nextDeadline: Date? { [awaited.values.min(), timers.values.min()].compactMap { $0 }.min() }

    private mutating func finish(
        _ job: Job, _ conclusion: Conclusion, reason: String, at now: Date, into decision: inout Decision
    ) {
        var job = job
        (job.status, job.conclusion, job.reason, job.finishedAt) = (.completed, conclusion, reason, now)
        end(job, into: &decision)
    }

    /// What jobs after it may use.
    private static func outputs(of answer: JobApproval.Answer) -> ExpressionObject {
        ["approved-by": .string(answer.actor ?? ""), "comment": .string(answer.comment ?? "")]
    }

    private static func words(for answer: JobApproval.Answer, request: JobApproval?) -> String {
        let comment = answer.comment.map { ": \($0)" } ?? ""
        switch answer.verdict {
        case .approved: return "approved by \(answer.actor ?? "an operator")\(comment)"
        case .rejected: return "rejected by \(answer.actor ?? "an operator")\(comment)"
        case .timedOut where request?.kind == .investigation:
            return "nobody said in time whether it is good enough: \(request?.message ?? "")"
        case .timedOut:
            let since = request.map { " since \(UTCMoment.text($0.since))" } ?? ""
            return "nobody approved it in time\(since): rerun it to ask again"
        }
    }

    /// Keeps the end of a job back until somebody says whether what its gate measured is good enough. It has no worker any more,
    /// and keeps nobody from a concurrency group.
    mutating func holdForInvestigation(_ ended: Job, _ review: GateReview, at now: Date, into decision: inout Decision) {
        var job = ended
        (job.status, job.conclusion, job.finishedAt) = (.waiting, nil, nil)
        let until = now.addingTimeInterval(review.timeout)
        request(.investigation, by: review, of: &job, since: now, until: until)
        let audience = job.approval?.audience ?? "an operator"
        job.reason = "waits for a person: \(review.message) (\(audience), until \(UTCMoment.text(until)))"
        if !job.claims.isEmpty {
            decision.left.append(ConcurrencyGroups.Member(run: run.id, job: job.id))
            job.claims = []
        }
        update(job, into: &decision)
        attend(RunJobs.Place(of: job))
        noteWaiting(into: &decision)
    }

    /// Asks about what a gate of the job measured. Who may not approve the job's start for being its author may not answer this either.
    func request(_ kind: JobApproval.Kind, by review: GateReview, of job: inout Job, since: Date, until: Date) {
        job.approval = JobApproval(
            kind: kind, message: review.message, approvers: review.approvers, since: since, until: until
        ).following(job.approval)
        job.approval?.otherApprovers = review.others
        excludeOwnReview(of: &job)
    }

    /// Has the run say what it waits for.
    mutating func noteWaiting(into decision: inout Decision) {
        guard !isComplete, cancelReason == nil else { return }
        let waiting = awaited.isEmpty ? timers : awaited
        let names = waiting.keys.sorted().compactMap { self.job($0)?.name }
        let others = names.count > 1 ? " and \(names.count - 1) more" : ""
        let isLooked = !awaited.isEmpty && awaited.keys.allSatisfy { self.job($0)?.isInvestigated ?? false }
        let subject = awaited.isEmpty ? "the timer of its environment" : isLooked ? "a person" : "an approval"
        let reason = names.first.map { "job \($0)\(others) waits for \(subject)" }
        guard run.reason != reason else { return }
        var run = run
        run.reason = reason
        update(run, into: &decision)
    }
}

extension ApprovalPlan {
    /// The texts that are evaluated, for a message.
    fileprivate var sources: String {
        let texts = [message?.source, link?.source].compactMap(\.self)
        return texts.isEmpty ? "" : " (\(texts.joined(separator: ", ")))"
    }
}
