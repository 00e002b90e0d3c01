import Expressions
import Foundation
import Plan
import Store
import Testing

@testable import Scheduling

/// Pipelines of stages: each stage is a job that calls the plan of its actions.
@Suite(.timeLimit(.minutes(10)))
final class StageTests {
    private let folder: String
    private let store: Store

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("slipway-stages-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        store = try Store.open(at: "\(folder)/slipway.db")
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// Two stages, `Build` with the actions `x` and `y`, `Deploy` with `z`.
    private static func plan(
        retry: StageRetry? = nil, rollsBack: Bool? = nil, queue: ConcurrencyPlan.Queue? = .single, approval: Bool = false
    ) -> RunPlan {
        func stage(_ key: String, needs: [String], actions: [String]) -> JobPlan {
            var jobs = actions.map { JobPlan(key: $0, steps: [StepPlan(work: .script(Script(text: Template(literal: "make"))))]) }
            if approval, key == "Build" { jobs.append(JobPlan(key: "ask", approval: ApprovalPlan(isWholeJob: true))) }
            return JobPlan(
                key: key, needs: needs,
                call: WorkflowCallPlan(
                    reference: "stage \(key)", plan: RunPlan(name: key, path: "p.yml", dialect: .pipeline, jobs: jobs)),
                concurrency: queue.map { ConcurrencyPlan(group: Template(literal: "stage \(key) of p.yml"), queue: $0) },
                stageRetry: key == "Build" ? retry : nil, stageRollsBack: key == "Build" ? rollsBack : nil)
        }
        return RunPlan(
            name: "Release", path: "p.yml", dialect: .pipeline,
            jobs: [stage("Build", needs: [], actions: ["x", "y"]), stage("Deploy", needs: ["Build"], actions: ["z"])])
    }

    private func states(of run: Int64) async throws -> [String] {
        try await store.jobs(ofRun: run, attempt: nil).map { "\($0.key): \($0.conclusion?.rawValue ?? $0.status.rawValue)" }
    }

    /// Waits until the newest attempt at a run is this one, and over.
    private func completed(_ id: Int64, attempt: Int) async throws -> Run {
        var changes = store.changes.subscribe(run: id).makeAsyncIterator()
        while true {
            let run = try #require(try await store.run(id))
            if run.status == .completed, run.attempt == attempt { return run }
            _ = await changes.next()
        }
    }

    @Test("a retry of a stage runs its failed actions, or all of them, and the stages after it")
    func selections() throws {
        var trial = MachineTrial(MachineTrial.state(Self.plan()))
        try trial.end("Build / x", .success)
        try trial.end("Build / y", .failure)
        #expect(trial.machine.run.conclusion == .failure)
        func rerun(_ selection: RerunSelection) throws -> [String] {
            try Rerun(state: trial.machine.state, selection: selection).rows(at: MachineTrial.now)
                .map { "\($0.key)\($0.reusedFrom == nil ? "" : " reused")" }
        }
        #expect(try rerun(.stage("Build", .failedActions)) == ["Build", "Build/x reused", "Build/y", "Deploy"])
        #expect(try rerun(.stage("Build", .allActions)) == ["Build", "Deploy"])
        #expect(throws: SchedulingError.self) { try rerun(.stage("Deploy", .failedActions)) }
        #expect(throws: SchedulingError.self) { try rerun(.stage("Test", .allActions)) }
    }

    @Test("a stage whose on-failure asks for it is tried once more, in the first attempt only")
    func automaticRetry() async throws {
        let state = try await SchedulerTrial.record(Self.plan(retry: .failedActions), in: store)
        let trial = SchedulerTrial(store)
        try await trial.run {
            trial.scheduler.add([state])
            var ends: [String] = []
            for await start in trial.launcher.starts {
                ends.append(start.job.key)
                trial.end(start.job, start.job.key == "Build/y" ? .failure : .success)
                if ends.count == 3 { break }
            }
            #expect(ends.sorted() == ["Build/x", "Build/y", "Build/y"])
            let run = try await completed(state.run.id, attempt: 2)
            #expect(run.conclusion == .failure)
            #expect(run.attemptReason == "the stage Build failed, and its on-failure asks for one more try")
        }
    }

    @Test("what nobody approved in time is not tried again, as nobody would have answered now")
    func timedOut() throws {
        var trial = MachineTrial(MachineTrial.state(Self.plan(retry: .allActions, approval: true)))
        try trial.end("Build / x", .success)
        try trial.end("Build / y", .success)
        trial.wait(seconds: ApprovalPlan.defaultTimeout)
        #expect(trial.machine.run.conclusion == .timedOut && trial.machine.state.retryByItself == nil)
        var failed = MachineTrial(MachineTrial.state(Self.plan(retry: .allActions)))
        try failed.end("Build / x", .success)
        try failed.end("Build / y", .failure)
        #expect(failed.machine.state.retryByItself == .stage("Build", .allActions))
    }

    @Test("a person's no is not tried again")
    func rejected() async throws {
        let state = try await SchedulerTrial.record(Self.plan(retry: .allActions, approval: true), in: store)
        let trial = SchedulerTrial(store)
        try await trial.run {
            trial.scheduler.add([state])
            var count = 0
            for await start in trial.launcher.starts {
                trial.end(start.job, .success)
                count += 1
                if count == 2 { break }
            }
            let answer = ApprovalAnswer(
                run: state.run.id, isApproved: false, approver: Actor(name: "web", role: .operator))
            _ = try await trial.scheduler.answer(answer)
            let run = try await completed(state.run.id, attempt: 1)
            #expect(run.conclusion == .failure)
            let states = try await states(of: run.id)
            #expect(
                states == ["Build: failure", "Build/x: success", "Build/y: success", "Build/ask: failure", "Deploy: skipped"])
        }
    }

    @Test("a retry that the daemon did not come to is made by the next one")
    func retryAfterRestart() async throws {
        let state = try await SchedulerTrial.record(Self.plan(retry: .failedActions), in: store)
        // As the daemon left it that died right after the run's end.
        var (run, build, deploy) = (state.run, state.jobs[0], state.jobs[1])
        (run.status, run.conclusion) = (.completed, .failure)
        (build.status, build.conclusion, build.callInputs) = (.completed, .failure, [:])
        (deploy.status, deploy.conclusion) = (.completed, .skipped)
        let inside = try #require(state.plan.jobs[0].call).plan.makeJobs(calledBy: build, at: MachineTrial.now).map { job in
            var job = job
            (job.status, job.conclusion) = (.completed, job.key == "Build/y" ? .failure : .success)
            return job
        }
        _ = try await store.apply([
            .updateJob(build), .updateJob(deploy), .insertJobs(inside), .updateRun(run), .noteRetry(run: run.id),
        ])
        let trial = SchedulerTrial(store)
        try await trial.run {
            for await start in trial.launcher.starts {
                #expect(start.job.key == "Build/y")
                trial.end(start.job, .failure)
                break
            }
            let run = try await completed(state.run.id, attempt: 2)
            #expect(run.attemptReason == "the stage Build failed, and its on-failure asks for one more try")
        }
        #expect(try await store.runsToRetry() == [])
    }

    // MARK: Rollbacks

    /// Makes a run of one job of whatever a failed stage is said to have deployed.
    private struct Returner: StageReturner {
        let store: Store

        func putBack(stage: Job, of state: RunState) async throws -> StageReturn {
            let plan = RunPlan(
                name: "Rollback", path: "rollback", dialect: .workflow,
                jobs: [JobPlan(key: "back", steps: [StepPlan(work: .script(Script(text: Template(literal: "back"))))])])
            let run = Run(
                repository: "app", workflow: "Rollback", workflowPath: "rollback", title: "t", event: "rollback",
                ref: state.run.ref, commit: state.run.commit, actor: "slipway", createdAt: MachineTrial.now)
            let event = Event(
                repository: "app", name: "rollback", source: .operator, ref: state.run.ref, commit: state.run.commit,
                receivedAt: MachineTrial.now)
            let new = NewRun(run: run, plan: plan, jobs: plan.makeJobs(at: MachineTrial.now))
            let recorded = try await store.record(
                TriggerOutcome(event: event, key: .stageRollback(run: state.run.id), runs: [new]))
            return StageReturn(runs: recorded.runs, remark: "\(stage.key) goes back")
        }
    }

    /// Waits until something stands with a run's stage.
    private func remark(ofRun id: Int64) async throws -> String {
        var changes = store.changes.subscribe(run: id).makeAsyncIterator()
        while true {
            if let first = try await store.annotations(ofRun: id).first { return first.annotation.message }
            _ = await changes.next()
        }
    }

    @Test("what a failed stage deployed is put back once, by a run that is started, and the stage is retried as a whole only")
    func rollback() async throws {
        let state = try await SchedulerTrial.record(Self.plan(rollsBack: true), in: store)
        let trial = SchedulerTrial(store, returner: Returner(store: store))
        try await trial.run {
            trial.scheduler.add([state])
            var starts = trial.launcher.starts.makeAsyncIterator()
            for _ in 0..<2 {
                let start = try #require(await starts.next())
                trial.end(start.job, start.job.key == "Build/y" ? .failure : .success)
            }
            let back = try #require(await starts.next())
            #expect(back.job.key == "back" && back.run.event == "rollback")
            #expect(try await remark(ofRun: state.run.id) == "Build goes back")
            trial.end(back.job, .success)
            _ = try await completed(back.run.id, attempt: 1)
            do throws(SchedulingError) {
                _ = try await trial.scheduler.rerun(run: state.run.id, jobs: .failed, reason: "again")
                Issue.record("the retry was not refused")
            } catch {
                #expect(error.kind == .conflict && error.message.contains("retry all of its actions"), "\(error.message)")
            }
            _ = try await trial.scheduler.rerun(run: state.run.id, jobs: .stage("Build", .allActions), reason: "again")
        }
        #expect(try await store.runsToRetry() == [])
    }

    @Test("a rollback that the daemon did not come to is made by the next one, and one that it had begun is not made again")
    func rollbackAfterRestart() async throws {
        let state = try await SchedulerTrial.record(Self.plan(rollsBack: true), in: store)
        var run = state.run
        var jobs = state.jobs
        (run.status, run.conclusion) = (.completed, .failure)
        (jobs[0].status, jobs[0].conclusion, jobs[0].callInputs) = (.completed, .failure, [:])
        (jobs[1].status, jobs[1].conclusion) = (.completed, .skipped)
        _ = try await store.apply([.updateJob(jobs[0]), .updateJob(jobs[1]), .updateRun(run), .noteRetry(run: run.id)])
        let trial = SchedulerTrial(store, returner: Returner(store: store))
        try await trial.run {
            var starts = trial.launcher.starts.makeAsyncIterator()
            let back = try #require(await starts.next())
            trial.end(back.job, .success)
            _ = try await completed(back.run.id, attempt: 1)
        }
        // As one that died between recording it and saying so.
        let failed = try #require(try await store.runState(run.id))
        let again = try await Returner(store: store).putBack(stage: failed.jobs[0], of: failed)
        #expect(again.runs.isEmpty)
    }

    @Test("a stage of a run that was cancelled puts nothing back")
    func cancelledWithRollback() throws {
        var trial = MachineTrial(MachineTrial.state(Self.plan(rollsBack: true)))
        try trial.end("Build / x", .failure)
        try trial.end("Build / y", .success)
        #expect(trial.machine.state.stageToRollBack?.key == "Build")
        var state = trial.machine.state
        state.run.cancelReason = "cancelled by ada"
        #expect(state.stageToRollBack == nil)
        let other = MachineTrial(MachineTrial.state(Self.plan()))
        #expect(other.machine.state.stageToRollBack == nil)
    }

    @Test("of runs that wait for a stage the newest goes on, and what it has passed is not retried")
    func superseded() async throws {
        let trial = SchedulerTrial(store)
        try await trial.run {
            var runs: [RunState] = []
            func push() async throws {
                runs.append(try await SchedulerTrial.record(Self.plan(), in: store))
                trial.scheduler.add([runs[runs.count - 1]])
            }
            try await push()
            var starts = trial.launcher.starts.makeAsyncIterator()
            let first = [await starts.next(), await starts.next()].compactMap(\.self)
            #expect(first.map(\.run.id) == [runs[0].run.id, runs[0].run.id])
            try await push()
            try await push()
            let older = try await completed(runs[1].run.id, attempt: 1)
            #expect(older.conclusion == .cancelled)
            #expect(older.reason?.contains("run \(runs[2].run.id)") == true)
            for start in first { trial.end(start.job, .success) }
            let later = [await starts.next(), await starts.next(), await starts.next()].compactMap(\.self)
            #expect(
                later.map { "\($0.run.id) \($0.job.key)" }.sorted() == [
                    "\(runs[0].run.id) Deploy/z", "\(runs[2].run.id) Build/x", "\(runs[2].run.id) Build/y",
                ])
            do throws(SchedulingError) {
                _ = try await trial.scheduler.rerun(run: older.id, jobs: .stage("Build", .allActions), reason: "again")
                Issue.record("the retry was not refused")
            } catch {
                #expect(error.kind == .conflict && error.message.hasPrefix("run \(runs[2].run.id), which is newer"))
            }
        }
    }

    @Test("a stop lets what runs end, and starts nothing else")
    func stop() async throws {
        let state = try await SchedulerTrial.record(Self.plan(), in: store)
        let trial = SchedulerTrial(store)
        try await trial.run {
            trial.scheduler.add([state])
            var starts = trial.launcher.starts.makeAsyncIterator()
            let running = [await starts.next(), await starts.next()].compactMap(\.self)
            try await trial.scheduler.cancel(run: state.run.id, reason: "stopped by ada", letsRunningFinish: true)
            let before = try await states(of: state.run.id)
            #expect(before == ["Build: running", "Build/x: running", "Build/y: running", "Deploy: cancelled"])
            for start in running { trial.end(start.job, .success) }
            let run = try await completed(state.run.id, attempt: 1)
            #expect(run.conclusion == .cancelled && run.reason == "stopped by ada")
            let after = try await states(of: state.run.id)
            #expect(after == ["Build: success", "Build/x: success", "Build/y: success", "Deploy: cancelled"])
        }
    }
}
