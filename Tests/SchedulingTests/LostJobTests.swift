import Expressions
import Foundation
import Plan
import Store
import Testing

@testable import Scheduling

/// Jobs whose worker or machine died.
@Suite(.timeLimit(.minutes(10)))
struct LostJobTests {
    private let folder: TemporaryFolder
    private let store: Store

    init() throws {
        folder = try TemporaryFolder()
        store = try Store.open(at: "\(folder.path)/slipway.db")
    }

    @Test("a lost job is tried again as often as the settings say, with its tries on record; what needs it waits for the last")
    func tryAgain() async throws {
        let state = try await SchedulerTrial.record("a:\nb:\n  needs: a", in: store)
        let trial = SchedulerTrial(store, lostRetries: 1)
        try await trial.run {
            trial.scheduler.add([state])
            var starts = trial.launcher.starts.makeAsyncIterator()
            let first = try #require(await starts.next()).job
            trial.end(first, .lost)
            let second = try #require(await starts.next()).job
            #expect(second.name == "a" && second.id != first.id && second.attempt == 1 && second.lostTries == [first.id])
            // One that was lost is none of the run's jobs any more, and is there all the same.
            #expect(try await store.jobs(ofRun: state.run.id).map(\.id) == [second.id, state.jobs[1].id])
            #expect(try await store.job(first.id)?.conclusion == .lost)
            #expect(
                try await store.annotations(ofJob: second.id).map(\.message) == [
                    "This is try 2: job \(first.id) was lost, reason"
                ])
            trial.end(second, .success)
            #expect(try #require(await starts.next()).job.name == "b")
        }
    }

    @Test("after the last try the job is lost, and so is the run")
    func limit() async throws {
        let state = try await SchedulerTrial.record("a:", in: store)
        let trial = SchedulerTrial(store, lostRetries: 2)
        try await trial.run {
            trial.scheduler.add([state])
            var starts = trial.launcher.starts.makeAsyncIterator()
            for _ in 1...3 { trial.end(try #require(await starts.next()).job, .lost) }
            let run = try await trial.completed(state.run.id)
            #expect(run.conclusion == .lost)
            #expect(try await store.allAttempts(ofRun: run.id).map(\.conclusion) == [.lost, .lost, .lost])
            #expect(try await store.jobs(ofRun: run.id).map(\.lostTries.count) == [2])
        }
    }

    @Test("what was cancelled, or failed, is not tried again; nor is a lost one where the settings say nothing")
    func onlyLost() throws {
        for (retries, conclusion) in [(3, Conclusion.failure), (0, .lost)] {
            var trial = MachineTrial(MachineTrial.state(try MachineTrial.plan("a:")), lostRetries: retries)
            try trial.end("a", conclusion)
            #expect(trial.machine.run.conclusion == conclusion)
        }
        var trial = MachineTrial(MachineTrial.state(try MachineTrial.plan("a:")), lostRetries: 3)
        trial.startAll()
        trial.cancel()
        try trial.end("a", .lost)
        #expect(trial.machine.run.status == .completed)
    }

    @Test("a lost cell leaves its siblings alone, and its concurrency group")
    func cell() throws {
        var plan = try MachineTrial.plan("t:\n  strategy:\n    matrix:\n      n: [1, 2]")
        plan.jobs[0].concurrency = ConcurrencyPlan(group: Template(literal: "g"), queue: .max)
        var trial = MachineTrial(MachineTrial.state(plan), lostRetries: 1)
        #expect(trial.startable == ["t (1)"])
        try trial.end("t (1)", .lost)
        #expect(trial.cancellations.isEmpty)
        // The group went to the one that waited longest.
        #expect(trial.startable == ["t (2)"])
        try trial.end("t (2)", .success)
        try trial.end("t (1)", .success)
        #expect(trial.machine.run.conclusion == .success)
    }
}
