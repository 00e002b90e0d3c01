import Foundation
import Plan
import Scheduling
import Store
import Testing

/// Approvals through the scheduler and the store.
@Suite(.timeLimit(.minutes(10)))
final class ApprovalSchedulingTests {
    private let folder: String
    private let store: Store
    private let operators = Actor(name: "web", role: .operator)

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("slipway-approvals-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        store = try Store.open(at: "\(folder)/slipway.db")
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private func record(_ approval: ApprovalPlan = ApprovalPlan(), jobs: String = "release:") async throws -> RunState {
        try await SchedulerTrial.record(ApprovalTests.plan(approval, jobs: jobs), in: store)
    }

    /// Waits until so many jobs wait for an approval.
    private func pending(_ count: Int) async throws -> [PendingJob] {
        var changes = store.changes.subscribe().makeAsyncIterator()
        while true {
            let pending = try await store.pendingApprovals()
            if pending.count == count { return pending }
            _ = await changes.next()
        }
    }

    @Test("a request is in the store, outlives the scheduler, and its answer is stored before it is told")
    func restart() async throws {
        let state = try await record()
        let first = SchedulerTrial(store)
        try await first.run {
            first.scheduler.add([state])
            let names = try await pending(1).map(\.job.name)
            #expect(names == ["release"])
        }
        let second = SchedulerTrial(store)
        try await second.run {
            let asked = try await pending(1)[0]
            #expect(asked.run.id == state.run.id && asked.job.approval?.since == MachineTrial.now)
            let answer = ApprovalAnswer(run: state.run.id, isApproved: true, comment: "go", approver: operators)
            let answered = try await second.scheduler.answer(answer)
            #expect(answered.id == asked.job.id)
            let stored = try await store.job(asked.job.id)
            #expect(stored?.approval?.answer?.actor == "web" && stored?.approval?.answer?.comment == "go")
            let left = try await store.pendingApprovals()
            #expect(left == [])
            for await start in second.launcher.starts {
                second.end(start.job, .success)
                break
            }
            let run = try await second.completed(state.run.id)
            #expect(run.conclusion == .success)
        }
    }

    @Test("a request that nobody answers is ended by the clock, without any other input")
    func clock() async throws {
        let state = try await record(ApprovalPlan(timeout: 0.05))
        let trial = SchedulerTrial(store, clock: { Date() })
        try await trial.run {
            trial.scheduler.add([state])
            let run = try await trial.completed(state.run.id)
            #expect(run.conclusion == .timedOut)
        }
    }

    @Test("answers that nothing waits for, or that somebody else has to give, are refused with the reason")
    func refusals() async throws {
        let state = try await record(ApprovalPlan(approvers: ["anna"]), jobs: "release:\nother:")
        let trial = SchedulerTrial(store)
        try await trial.run {
            trial.scheduler.add([state])
            let job = try await pending(1)[0].job
            func refusal(of answer: ApprovalAnswer) async -> SchedulingError? {
                do {
                    _ = try await trial.scheduler.answer(answer)
                    return nil
                } catch {
                    return error
                }
            }
            let run = state.run.id
            let byWeb = await refusal(of: ApprovalAnswer(run: run, isApproved: true, approver: operators))
            #expect(byWeb?.kind == .forbidden)
            #expect(byWeb?.message == "job release is to be approved by anna, not by web")
            let unknown = await refusal(of: ApprovalAnswer(run: 99, isApproved: true, approver: operators))
            #expect(unknown?.kind == .notFound)
            let other = try #require(state.jobs.first { $0.key == "other" })
            let idle = await refusal(of: ApprovalAnswer(run: run, job: other.id, isApproved: true, approver: operators))
            #expect(idle?.message == "job other of run \(run) does not wait for an approval")
            let anna = Actor(name: "anna", role: .operator)
            _ = try await trial.scheduler.answer(ApprovalAnswer(run: run, job: job.id, isApproved: false, approver: anna))
            let again = await refusal(of: ApprovalAnswer(run: run, job: job.id, isApproved: true, approver: anna))
            #expect(again?.kind == .conflict)
            #expect(again?.message == "job release of run \(run) was answered before: rejected by anna")
        }
    }

    @Test("where several jobs of a run wait, an answer has to name one")
    func several() async throws {
        let state = try await record(jobs: "release:\n  strategy:\n    matrix: {zone: [a, b]}")
        let trial = SchedulerTrial(store)
        try await trial.run {
            trial.scheduler.add([state])
            let jobs = try await pending(2).map(\.job)
            await #expect(throws: SchedulingError.self) {
                _ = try await trial.scheduler.answer(
                    ApprovalAnswer(run: state.run.id, isApproved: true, approver: self.operators))
            }
            _ = try await trial.scheduler.answer(
                ApprovalAnswer(run: state.run.id, job: jobs[0].id, isApproved: true, approver: operators))
            let left = try await pending(1)
            #expect(left[0].job.id == jobs[1].id)
        }
    }
}
