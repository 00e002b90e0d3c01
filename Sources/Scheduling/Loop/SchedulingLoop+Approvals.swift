internal import Execution
internal import FoundationEssentials
internal import Plan
internal import Store

/// Answers to requests for approvals, from people and from the clock.
extension SchedulingLoop {
    func answer(
        _ answer: ApprovalAnswer, _ work: inout SchedulingWork,
        reply: CheckedContinuation<Result<Job, SchedulingError>, Never>
    ) async {
        do throws(SchedulingError) {
            let job = try await awaitingJob(of: answer)
            guard let request = job.approval, answer.approver.mayAnswer(request) else {
                let audience = job.approval?.audience ?? "somebody else"
                throw SchedulingError(
                    .forbidden, "job \(job.name) is to be approved by \(audience), not by \(answer.approver.name)")
            }
            let given = JobApproval.Answer(
                verdict: answer.isApproved ? .approved : .rejected, actor: answer.approver.name, comment: answer.comment,
                date: scheduler.now())
            change(answer.run, &work) { $0.answered(job.id, given) }
            work.replies.append { reply.resume(returning: .success(job)) }
        } catch {
            reply.resume(returning: .failure(error))
        }
    }

    private func awaitingJob(of answer: ApprovalAnswer) async throws(SchedulingError) -> Job {
        guard let machine = machines[answer.run] else { throw await whyNotAwaited(answer) }
        let waiting = machine.awaited.keys.sorted().compactMap(machine.job)
        if let id = answer.job {
            guard let job = waiting.first(where: { $0.id == id }) else { throw await whyNotAwaited(answer) }
            return job
        }
        guard let job = waiting.first else {
            throw SchedulingError(.conflict, "no job of run \(answer.run) waits for an approval")
        }
        guard waiting.count == 1 else {
            let names = waiting.map { "\($0.id) (\($0.name))" }.joined(separator: ", ")
            throw SchedulingError(.conflict, "run \(answer.run) waits for \(waiting.count) approvals: name the job, of \(names)")
        }
        return job
    }

    private func whyNotAwaited(_ answer: ApprovalAnswer) async -> SchedulingError {
        do {
            guard let run = try await scheduler.store.run(answer.run) else {
                return SchedulingError(.notFound, "there is no run \(answer.run)")
            }
            guard let id = answer.job else {
                return SchedulingError(.conflict, "run \(run.id) is completed: no job of it waits for an approval")
            }
            guard let job = try await scheduler.store.job(id), job.runID == run.id else {
                return SchedulingError(.notFound, "run \(run.id) has no job \(id)")
            }
            guard let given = job.approval?.answer else {
                return SchedulingError(.conflict, "job \(job.name) of run \(run.id) does not wait for an approval")
            }
            let actor = given.actor.map { " by \($0)" } ?? ""
            let verdict = given.verdict.rawValue.replacing("_", with: " ")
            return SchedulingError(.conflict, "job \(job.name) of run \(run.id) was answered before: \(verdict)\(actor)")
        } catch {
            return SchedulingError(.store, "\(error)")
        }
    }

    // MARK: - The clock

    /// Runs of which a request is over that nobody answered.
    func overdue(at now: Date) -> [Int64] { deadlines.filter { $0.value <= now }.keys.sorted() }

    var nextDeadline: Date? { deadlines.values.min() }
}
