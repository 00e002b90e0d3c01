import Execution
import Expressions
import Foundation
import Plan
import Scheduling
import Store
import Testing

@Suite(.timeLimit(.minutes(10)))
final class SchedulerTests {
    private let folder: String
    private let store: Store

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("slipway-scheduler-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        store = try Store.open(at: "\(folder)/slipway.db")
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    @Test("jobs start when they may and there is room, with the contexts that are fixed by then")
    func order() async throws {
        let trial = SchedulerTrial(store, capacity: 1)
        let state = try await SchedulerTrial.record("a:\nb:\n  needs: a\nc:", in: store)
        try await trial.run {
            trial.scheduler.add([state])
            var names: [String] = []
            for await start in trial.launcher.starts {
                names.append(start.job.name)
                if start.job.name == "b" {
                    #expect(start.contexts.needs["a"] == ["result": "success", "outputs": ["x": "1"]])
                    #expect(start.contexts.github["repository"] == "ada/app" && start.contexts.github["job"] == "b")
                    #expect(start.contexts.github["run_number"] == "1")
                    #expect(start.contexts.variables == ["V": "1"])
                    #expect(start.contexts.strategy["job-total"] == 1)
                }
                // With room for one job, nothing else runs now.
                let running = try await store.jobs(ofRun: state.run.id, attempt: nil).filter { $0.status == .running }
                #expect(running.map(\.name) == [start.job.name])
                trial.end(start.job, .success, outputs: ["x": "1"])
                if names.count == 3 { break }
            }
            #expect(Set(names) == ["a", "b", "c"] && names.first == "a")
            #expect(try await trial.completed(state.run.id).conclusion == .success)
        }
    }

    @Test("a cancel outlives the scheduler: the next one tells the worker again and ends the run as cancelled")
    func cancelAndRestart() async throws {
        let state = try await SchedulerTrial.record("a:\nclean:\n  needs: a\n  if: always()", in: store)
        let first = SchedulerTrial(store)
        try await first.run {
            first.scheduler.add([state])
            for await _ in first.launcher.starts { break }
            try await first.scheduler.cancel(run: state.run.id, reason: "cancelled by ada")
            for await cancel in first.launcher.cancels {
                #expect(cancel == ("a", "cancelled by ada", false))
                break
            }
        }
        let second = SchedulerTrial(store)
        try await second.run {
            for await cancel in second.launcher.cancels {
                #expect(cancel == ("a", "cancelled by ada", false))
                break
            }
            second.end(state.jobs[0], .cancelled)
            for await start in second.launcher.starts {
                #expect(start.job.name == "clean")
                second.end(start.job, .success)
                break
            }
            let run = try await second.completed(state.run.id)
            #expect(run.conclusion == .cancelled && run.reason == "cancelled by ada")
        }
    }

    @Test("a rerun is the run's next attempt, and forgets that the one before was cancelled")
    func rerun() async throws {
        let state = try await SchedulerTrial.record("a:\nb:\n  needs: a", in: store)
        let trial = SchedulerTrial(store)
        try await trial.run {
            trial.scheduler.add([state])
            var starts = trial.launcher.starts.makeAsyncIterator()
            trial.end(try #require(await starts.next()).job, .success)
            _ = await starts.next()
            try await trial.scheduler.cancel(run: state.run.id, reason: "cancelled by ada")
            await #expect(throws: SchedulingError.self) {
                try await trial.scheduler.rerun(run: state.run.id, jobs: .all, reason: "too early")
            }
            trial.end(state.jobs[1], .cancelled)
            _ = try await trial.completed(state.run.id)

            let run = try await trial.scheduler.rerun(run: state.run.id, jobs: .failed, reason: "rerun by ada", by: "ada")
            #expect(try await store.run(run.id)?.askers == ["ada"])
            #expect(run.attempt == 2 && run.conclusion == nil && run.cancelReason == nil)
            let again = try #require(await starts.next())
            #expect(again.job.name == "b" && again.job.attempt == 2 && again.job.id != state.jobs[1].id)
            trial.end(again.job, .success)
            #expect(try await trial.completed(state.run.id).conclusion == .success)
            #expect(try await store.allAttempts(ofRun: state.run.id).map(\.attempt) == [1, 1, 2, 2])
        }
    }

    @Test("a worker that can't be started is the host's fault: its job is lost, with the reason")
    func launchFailure() async throws {
        let state = try await SchedulerTrial.record("a:", in: store)
        let trial = SchedulerTrial(store)
        trial.launcher.fail("no more processes")
        try await trial.run {
            trial.scheduler.add([state])
            let run = try await trial.completed(state.run.id)
            #expect(run.conclusion == .lost)
            #expect(run.reason == "job a: no more processes")
        }
    }

    @Test("a worker that died before it had its order leaves the job to be started again")
    func neverStarted() async throws {
        let state = try await SchedulerTrial.record("a:", in: store)
        let trial = SchedulerTrial(store)
        try await trial.run {
            trial.scheduler.add([state])
            var starts = trial.launcher.starts.makeAsyncIterator()
            let first = try #require(await starts.next())
            trial.scheduler.jobNeverStarted(first.job.id)
            let second = try #require(await starts.next())
            #expect(second.job.id == first.job.id)
            trial.end(second.job, .success)
            #expect(try await trial.completed(state.run.id).conclusion == .success)
        }
    }

    @Test("what does not exist, or is over, can't be cancelled")
    func wrongCancels() async throws {
        let state = try await SchedulerTrial.record("a:\n  if: ${{ false }}", in: store)
        let trial = SchedulerTrial(store)
        try await trial.run {
            trial.scheduler.add([state])
            _ = try await trial.completed(state.run.id)
            let missing = await #expect(throws: SchedulingError.self) { try await trial.scheduler.cancel(run: 999, reason: "x") }
            #expect(missing?.kind == .notFound)
            let over = await #expect(throws: SchedulingError.self) {
                try await trial.scheduler.cancel(run: state.run.id, reason: "x")
            }
            #expect(over?.kind == .conflict)
        }
    }
}
