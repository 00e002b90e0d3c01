import Execution
import Expressions
import Foundation
import Plan
import Store
import Testing

@testable import Scheduling

/// Concurrency groups of runs and jobs, by a scheduler on a real store.
@Suite(.timeLimit(.minutes(10)))
struct ConcurrencyTests {
    private let folder: TemporaryFolder
    private let store: Store

    init() throws {
        folder = try TemporaryFolder()
        store = try Store.open(at: "\(folder.path)/slipway.db")
    }

    private static func concurrency(
        _ group: String, cancels: String? = nil, queue: ConcurrencyPlan.Queue = .single
    ) throws -> ConcurrencyPlan {
        ConcurrencyPlan(
            group: try Template(parsing: group), cancelInProgress: try cancels.map { try Template(parsing: $0) }, queue: queue)
    }

    private func record(
        _ jobs: String, group: String? = nil, cancels: String? = nil, queue: ConcurrencyPlan.Queue = .single,
        jobGroups: [String: String] = [:]
    ) async throws -> RunState {
        var plan = try MachineTrial.plan(jobs)
        plan.concurrency = try group.map { try Self.concurrency($0, cancels: cancels, queue: queue) }
        for index in plan.jobs.indices {
            plan.jobs[index].concurrency = try jobGroups[plan.jobs[index].key].map { try Self.concurrency($0, queue: queue) }
        }
        return try await SchedulerTrial.record(plan, in: store)
    }

    /// Waits until a run waits, or is over.
    private func settled(_ id: Int64) async throws -> Run {
        var changes = store.changes.subscribe(run: id).makeAsyncIterator()
        while true {
            let run = try #require(try await store.run(id))
            if run.status == .waiting || run.status == .completed { return run }
            _ = await changes.next()
        }
    }

    private func expect(
        _ starts: inout AsyncStream<JobStart>.Iterator, _ isExpected: (JobStart) -> Bool,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let start = try #require(await starts.next())
        #expect(isExpected(start), "\(start.job.name) of run \(start.run.id)", sourceLocation: sourceLocation)
    }

    @Test("a run waits for the one in its group, says so, and starts after it; a newer one takes its place")
    func runs() async throws {
        let trial = SchedulerTrial(store)
        try await trial.run {
            var starts = trial.launcher.starts.makeAsyncIterator()
            let first = try await record("a:", group: "ci-${{ github.ref }}")
            trial.scheduler.add([first])
            try await expect(&starts) { $0.run.id == first.run.id }
            let second = try await record("a:\nclean:\n  if: always()", group: "CI-${{ github.ref }}")
            trial.scheduler.add([second])
            let waiting = try await settled(second.run.id)
            #expect(waiting.status == .waiting)
            #expect(
                waiting.reason == "waits for concurrency group \"CI-refs/heads/main\": run \(first.run.id) (CI) is in it")
            let jobs = try await store.jobs(ofRun: second.run.id)
            #expect(jobs.allSatisfy { $0.reason == "its run \(waiting.reason ?? "")" && $0.status == .waiting })
            let third = try await record("a:", group: "ci-refs/heads/main")
            trial.scheduler.add([third])
            let displaced = try await trial.completed(second.run.id)
            #expect(displaced.conclusion == .cancelled)
            #expect(
                displaced.reason == "run \(third.run.id) (CI) took its place in the queue of concurrency group "
                    + "\"ci-refs/heads/main\"")
            trial.end(first.jobs[0], .success)
            try await expect(&starts) { $0.run.id == third.run.id }
            trial.end(third.jobs[0], .success)
            let last = try await trial.completed(third.run.id)
            #expect(last.conclusion == .success && last.claims.isEmpty)
        }
    }

    @Test("cancel-in-progress stops what is in the group; its clean-up runs first")
    func cancelInProgress() async throws {
        let trial = SchedulerTrial(store)
        try await trial.run {
            var starts = trial.launcher.starts.makeAsyncIterator()
            let first = try await record("a:\nclean:\n  needs: a\n  if: always()", group: "g")
            trial.scheduler.add([first])
            _ = await starts.next()
            let second = try await record("a:", group: "g", cancels: "${{ github.ref != 'x' }}")
            trial.scheduler.add([second])
            for await cancel in trial.launcher.cancels {
                #expect(cancel.reason == "run \(second.run.id) (CI) cancels what is in progress in concurrency group \"g\"")
                break
            }
            trial.end(first.jobs[0], .cancelled)
            let clean = try #require(await starts.next())
            #expect(clean.job.name == "clean")
            trial.end(clean.job, .success)
            try await expect(&starts) { $0.run.id == second.run.id }
            #expect(try await trial.completed(first.run.id).conclusion == .cancelled)
        }
    }

    @Test("groups are as they were after a restart")
    func restart() async throws {
        var runs: [RunState] = []
        let before = SchedulerTrial(store)
        try await before.run {
            var starts = before.launcher.starts.makeAsyncIterator()
            for _ in 1...3 { runs.append(try await record("a:", group: "g", queue: .max)) }
            before.scheduler.add(runs)
            _ = await starts.next()
            _ = try await settled(runs[2].run.id)
        }
        let after = SchedulerTrial(store)
        try await after.run {
            var starts = after.launcher.starts.makeAsyncIterator()
            after.end(runs[0].jobs[0], .success)
            for run in runs.dropFirst() {
                try await expect(&starts) { $0.run.id == run.run.id }
                after.end(run.jobs[0], .success)
            }
            #expect(try await after.completed(runs[2].run.id).conclusion == .success)
        }
    }

    @Test("jobs of different runs and workflows share a group; what is no part of it goes on")
    func jobs() async throws {
        let trial = SchedulerTrial(store)
        try await trial.run {
            var starts = trial.launcher.starts.makeAsyncIterator()
            let first = try await record("deploy:", jobGroups: ["deploy": "prod"])
            let second = try await record(
                "build:\ndeploy:\n  needs: build\nafter:\n  needs: deploy", jobGroups: ["deploy": "PROD"])
            trial.scheduler.add([first])
            _ = await starts.next()
            trial.scheduler.add([second])
            let build = try #require(await starts.next()).job
            #expect(build.name == "build")
            trial.end(build, .success)
            var changes = store.changes.subscribe(run: second.run.id).makeAsyncIterator()
            while try await store.job(second.jobs[1].id)?.claims.isEmpty ?? true { _ = await changes.next() }
            let waiting = try #require(try await store.job(second.jobs[1].id))
            #expect(waiting.status == .waiting)
            #expect(
                waiting.reason == "waits for concurrency group \"PROD\": job deploy of run \(first.run.id) (CI) is in it")
            trial.end(first.jobs[0], .failure)
            try await expect(&starts) { $0.job.id == waiting.id }
            #expect(try await trial.completed(first.run.id).conclusion == .failure)
        }
    }

    @Test("a waiting run that is cancelled leaves the queue, and nothing of it runs")
    func cancelWaiting() async throws {
        let trial = SchedulerTrial(store)
        try await trial.run {
            var starts = trial.launcher.starts.makeAsyncIterator()
            var runs: [RunState] = []
            for _ in 1...3 { runs.append(try await record("a:\nclean:\n  if: always()", group: "g", queue: .max)) }
            trial.scheduler.add(runs)
            for _ in 1...2 { _ = await starts.next() }
            _ = try await settled(runs[1].run.id)
            try await trial.scheduler.cancel(run: runs[1].run.id, reason: "cancelled by ada")
            #expect(try await trial.completed(runs[1].run.id).reason == "cancelled by ada")
            for job in runs[0].jobs { trial.end(job, .success) }
            try await expect(&starts) { $0.run.id == runs[2].run.id }
        }
    }

    @Test("a job in the group of its own run is cancelled, as it would wait for itself")
    func deadlock() async throws {
        let trial = SchedulerTrial(store)
        try await trial.run {
            let state = try await record("a:", group: "g", jobGroups: ["a": "G"])
            trial.scheduler.add([state])
            let run = try await trial.completed(state.run.id)
            #expect(run.conclusion == .cancelled)
            #expect(run.reason?.contains("it would wait for itself") == true)
        }
    }

    @Test("a group without a name fails the run, or the job, with the reason", arguments: [true, false])
    func emptyGroup(isOfRun: Bool) async throws {
        let trial = SchedulerTrial(store)
        try await trial.run {
            let state = try await record(
                "a:", group: isOfRun ? "${{ github.head_ref }}" : nil, jobGroups: isOfRun ? [:] : ["a": "${{ github.head_ref }}"])
            trial.scheduler.add([state])
            let run = try await trial.completed(state.run.id)
            #expect(run.conclusion == .failure)
            #expect(run.reason?.contains("can't evaluate the concurrency group: the name is empty") == true)
        }
    }

    @Test("a job that no executor takes does not hold its group")
    func refused() async throws {
        let trial = SchedulerTrial(store)
        try await trial.run {
            var starts = trial.launcher.starts.makeAsyncIterator()
            let state = try await record(
                "a:\n  runs-on: windows-latest\nb:", jobGroups: ["a": "g", "b": "g"])
            trial.scheduler.add([state])
            try await expect(&starts) { $0.job.name == "b" }
        }
    }
}
