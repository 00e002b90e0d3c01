internal import Execution
internal import FoundationEssentials
internal import Plan
internal import Store

/// Gates that failed, and whom somebody lets pass all the same.
extension SchedulingLoop {
    func override(_ answer: ApprovalAnswer) async -> Result<Run, SchedulingError> {
        guard machines[answer.run] == nil else {
            return .failure(
                SchedulingError(.conflict, "run \(answer.run) is not completed: wait for its end, and override the gate then"))
        }
        do {
            guard let state = try await scheduler.store.runState(answer.run) else {
                return .failure(SchedulingError(.notFound, "there is no run \(answer.run)"))
            }
            let job = try overridable(answer, state.jobs, of: state.run)
            let actor = answer.approver.name
            guard let reason = answer.comment, !reason.isEmpty else {
                return .failure(SchedulingError(.conflict, "an override needs a reason, which goes on record"))
            }
            let given = JobApproval.Answer(verdict: .approved, actor: actor, comment: reason, date: scheduler.now())
            let selection = RerunSelection.after(job.id, given)
            let rerun = Rerun(state: state, selection: selection)
            try checkRollback(of: state, selection)
            try await checkStages(of: rerun, state, selection)
            let rows = try rerun.rows(at: scheduler.now())
            return .success(try await begin(rows, of: state, reason: "gate of \(job.name) overridden by \(actor): \(reason)"))
        } catch let error as SchedulingError {
            return .failure(error)
        } catch {
            return .failure(SchedulingError(.store, "\(error)"))
        }
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
