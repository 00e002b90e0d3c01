import Execution
import Expressions
import Foundation
import Plan
import Scheduling
import Store
import Synchronization
import Testing

/// Takes jobs as workers do, and leaves it to the test how they end.
final class RecordingLauncher: JobLauncher {
    let starts: AsyncStream<JobStart>
    let cancels: AsyncStream<(job: String, reason: String, isRepeated: Bool)>
    private let started: AsyncStream<JobStart>.Continuation
    private let cancelled: AsyncStream<(job: String, reason: String, isRepeated: Bool)>.Continuation
    private let failure = Mutex<String?>(nil)

    init() {
        (starts, started) = AsyncStream.makeStream()
        (cancels, cancelled) = AsyncStream.makeStream()
    }

    /// From now on no worker starts, for this reason.
    func fail(_ reason: String) { failure.withLock { $0 = reason } }

    func launch(_ start: JobStart) async throws(LaunchError) {
        if let reason = failure.withLock({ $0 }) { throw LaunchError(reason) }
        started.yield(start)
    }

    func cancel(job: Job, reason: String, isRepeated: Bool) async { cancelled.yield((job.name, reason, isRepeated)) }
}

/// A scheduler at work on a real store.
struct SchedulerTrial {
    let store: Store
    let launcher = RecordingLauncher()
    let scheduler: Scheduler

    init(
        _ store: Store, returner: (any StageReturner)? = nil, capacity: Int = 4, lostRetries: Int = 0,
        environments: [EnvironmentProtection] = [], clock: @escaping @Sendable () -> Date = { MachineTrial.now }
    ) {
        self.store = store
        scheduler = Scheduler(
            store: store, launcher: launcher, returner: returner, capacity: capacity,
            facts: { name in
                RepositoryFacts(
                    fullName: "ada/\(name)", serverURL: "", variables: ["V": "1"], lostRetries: lostRetries,
                    environments: environments)
            }, now: clock,
            report: { Issue.record("\($0)") })
    }

    /// Runs the scheduler, with what is unfinished in the store, as long as `body` does.
    func run(_ body: () async throws -> Void) async throws {
        let recovered = try await store.unfinishedRuns()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await scheduler.run(recovered: recovered) }
            try await body()
            group.cancelAll()
        }
    }

    /// Stores a run of these jobs.
    static func record(_ jobs: String, in store: Store) async throws -> RunState {
        try await record(MachineTrial.plan(jobs), in: store)
    }

    static func record(
        _ plan: RunPlan, commit: String = "c0ffee", event name: String = "push", source: Event.Source = .operator,
        in store: Store
    ) async throws -> RunState {
        let event = Event(
            repository: "app", name: name, source: source, ref: "refs/heads/main", commit: commit,
            receivedAt: MachineTrial.now)
        let run = Run(
            repository: "app", workflow: "CI", workflowPath: "ci.yml", title: "t", event: name, ref: event.ref,
            commit: event.commit, actor: "ada", createdAt: MachineTrial.now)
        let new = NewRun(run: run, plan: plan, jobs: plan.makeJobs(at: MachineTrial.now))
        let recorded = try await store.record(TriggerOutcome(event: event, key: .none, runs: [new]))
        return try #require(recorded.runs.first)
    }

    func end(_ job: Job, _ conclusion: Conclusion, outputs: ExpressionObject = [:]) {
        var finish = JournalRecord.JobFinish.lost(reason: "reason", at: MachineTrial.now)
        finish.conclusion = conclusion
        finish.outputs = outputs
        scheduler.jobEnded(JobEnd(jobID: job.id, finish: finish))
    }

    /// Waits until a run is completed.
    func completed(_ id: Int64) async throws -> Run {
        let changes = store.changes.subscribe(run: id)
        var iterator = changes.makeAsyncIterator()
        while true {
            let run = try #require(try await store.run(id))
            if run.status == .completed { return run }
            _ = await iterator.next()
        }
    }
}
