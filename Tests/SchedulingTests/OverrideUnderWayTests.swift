import Execution
import Foundation
import Plan
import Store
import Testing

@testable import Scheduling

/// Gates that are overridden while others of their run go on.
@Suite(.timeLimit(.minutes(10)))
struct OverrideUnderWayTests {
    private let folder: TemporaryFolder
    private let store: Store

    init() throws {
        folder = try TemporaryFolder()
        store = try Store.open(at: "\(folder.path)/slipway.db")
    }

    private func end(_ job: Job, _ conclusion: Conclusion, _ reason: String, review: GateReview? = nil, at trial: SchedulerTrial)
    {
        var finish = JournalRecord.JobFinish.lost(reason: reason, at: MachineTrial.now)
        (finish.conclusion, finish.review) = (conclusion, review)
        trial.scheduler.jobEnded(JobEnd(jobID: job.id, finish: finish))
    }

    @Test("a gate of a fail-fast matrix is overridden once the cells that it stopped have ended, which run again with it")
    func matrix() async throws {
        let trial = SchedulerTrial(store, capacity: 10)
        try await trial.run {
            var starts = trial.launcher.starts.makeAsyncIterator()
            var cancels = trial.launcher.cancels.makeAsyncIterator()
            let jobs = "gate:\n  strategy:\n    matrix: {n: [1, 2]}\nother:\ndeploy:\n  needs: gate"
            let state = try await SchedulerTrial.record(jobs, in: store)
            trial.scheduler.add([state])
            var running: [String: Job] = [:]
            while running.count < 3, let start = await starts.next() { running[start.job.name] = start.job }
            let gate = try #require(running["gate (2)"])
            let other = try #require(running["gate (1)"])
            end(gate, .failure, "f1 is 0.5", review: GateReview(kind: .override, message: "f1 is 0.5"), at: trial)
            let cancel = try #require(await cancels.next())
            #expect(cancel.job == "gate (1)" && cancel.reason == "fail-fast: gate (2) failed")
            let answer = ApprovalAnswer(
                run: state.run.id, job: gate.id, isApproved: true, comment: "a drill",
                approver: Actor(name: "ada", role: .operator))
            let refusal = await #expect(throws: SchedulingError.self) { try await trial.scheduler.override(answer) }
            #expect(refusal?.kind == .conflict)
            #expect(refusal?.message == "job gate (1), which is being stopped with it, has not ended: wait for that")
            end(other, .cancelled, cancel.reason, at: trial)
            _ = try await trial.scheduler.override(answer)
            let again = try #require(await starts.next())
            #expect(again.job.name == "gate (1)" && again.job.id != other.id && again.job.attempt == 1)
            let passed = try #require(try await store.jobs(ofRun: state.run.id).first { $0.name == "gate (2)" })
            #expect(passed.conclusion == .success && passed.reason == "overridden by ada: a drill")
            trial.end(again.job, .success)
            let deploy = try #require(await starts.next())
            #expect(deploy.job.name == "deploy")
            trial.end(deploy.job, .success)
            trial.end(try #require(running["other"]), .success)
            #expect(try await trial.completed(state.run.id).conclusion == .success)
        }
    }
}
