internal import Execution
internal import FoundationEssentials
internal import Plan
internal import Store

/// Gates that failed, and whom somebody lets pass all the same.
extension SchedulingLoop {
    /// Of a run that has ended: in another attempt.
    func override(_ answer: ApprovalAnswer) async -> Result<Run, SchedulingError> {
        do {
            guard let state = try await scheduler.store.runState(answer.run) else {
                return .failure(SchedulingError(.notFound, "there is no run \(answer.run)"))
            }
            let (job, given) = try overridden(answer, state.jobs, of: state.run)
            let selection = RerunSelection.after(job.id, given)
            let rerun = Rerun(state: state, selection: selection)
            try checkRollback(of: state, selection)
            try await checkStages(of: rerun, state, selection)
            let rows = try rerun.rows(at: scheduler.now())
            return .success(try await begin(rows, of: state, reason: Self.remark(job, given)))
        } catch let error as SchedulingError {
            return .failure(error)
        } catch {
            return .failure(SchedulingError(.store, "\(error)"))
        }
    }

    /// While others of its run go on: in the same attempt, as jobs that run again beside others.
    func overrideUnderWay(
        _ answer: ApprovalAnswer, _ work: inout SchedulingWork, reply: CheckedContinuation<Result<Run, SchedulingError>, Never>
    ) {
        do throws(SchedulingError) {
            guard let machine = machines[answer.run] else {
                throw SchedulingError(.notFound, "there is no run \(answer.run)")
            }
            let (job, given) = try overridden(answer, machine.jobs.all, of: machine.run)
            if let objection = machine.repeatRules.objection(toOverriding: job.id) { throw objection }
            let ended = try machine.repeats(of: .only([job.id] + machine.jobs.stopped(by: job.id).sorted()))
            change(answer.run, &work) {
                $0.repeat(
                    ended, remark: Self.remark(job, given), by: answer.approver.account, overriding: (job.id, given),
                    at: scheduler.now())
            }
            let run = machine.run
            work.replies.append { reply.resume(returning: .success(run)) }
        } catch {
            reply.resume(returning: .failure(error))
        }
    }

    private static func remark(_ job: Job, _ given: JobApproval.Answer) -> String {
        "gate of \(job.name) overridden by \(given.actor ?? ""): \(given.comment ?? "")"
    }

    private func overridden(
        _ answer: ApprovalAnswer, _ jobs: [Job], of run: Run
    ) throws(SchedulingError) -> (Job, JobApproval.Answer) {
        let job = try overridable(answer, jobs, of: run)
        guard let reason = answer.comment, !reason.isEmpty else {
            throw SchedulingError(.conflict, "an override needs a reason, which goes on record")
        }
        return (
            job, JobApproval.Answer(verdict: .approved, actor: answer.approver.name, comment: reason, date: scheduler.now())
        )
    }

    private func overridable(_ answer: ApprovalAnswer, _ jobs: [Job], of run: Run) throws(SchedulingError) -> Job {
        let candidates = jobs.filter { $0.isOverridable && (answer.job == nil || answer.job == $0.id) }
        guard let job = candidates.first else {
            let subject = answer.job.map { "job \($0)" } ?? "no job"
            let verb = answer.job == nil ? "failed" : "did not fail"
            throw SchedulingError(.conflict, "\(subject) of run \(run.id) \(verb) by a gate that may be overridden")
        }
        guard candidates.count == 1 else {
            let names = candidates.map { "\($0.id) (\($0.name))" }.joined(separator: ", ")
            throw SchedulingError(.conflict, "\(candidates.count) gates of run \(run.id) failed: name the job, of \(names)")
        }
        guard let request = job.approval, answer.approver.mayAnswer(request) else {
            let audience = job.approval?.audience ?? "somebody else"
            throw SchedulingError(
                .forbidden, "the gate of job \(job.name) may be overridden by \(audience), not by \(answer.approver.name)")
        }
        return job
    }
}
