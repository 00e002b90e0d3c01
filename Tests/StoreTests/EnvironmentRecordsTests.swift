import Foundation
import Plan
import Testing

@testable import Store

@Suite struct EnvironmentRecordsTests {
    let folder: StoreFolder
    let store: Store

    init() throws {
        folder = try StoreFolder()
        store = try folder.open()
    }

    /// A job that runs, of a run of its own.
    private func start(_ environment: JobEnvironment, at offset: Double = 0) async throws -> Job {
        var job = try await store.addRun().jobs[0]
        job.environment = environment
        (job.status, job.startedAt) = (.running, Example.date.addingTimeInterval(offset))
        _ = try await store.apply([.updateJob(job)])
        return job
    }

    private func end(_ job: Job, _ conclusion: Conclusion, url: String? = nil, at offset: Double = 60) async throws {
        var job = job
        (job.status, job.conclusion) = (.completed, conclusion)
        job.finishedAt = Example.date.addingTimeInterval(offset)
        job.environment?.url = url
        _ = try await store.apply([.updateJob(job)])
    }

    private func current(_ environment: String = "production") async throws -> EnvironmentDeployment? {
        try await store.environment(environment, of: "app")?.current
    }

    @Test("a deployment is there once its job starts, and is what the environment runs once that succeeded")
    func life() async throws {
        let job = try await start(JobEnvironment(name: "production"))
        let begun = try #require(try await store.environmentDeployments(ofRun: job.runID).first)
        #expect(begun.status == .running && begun.jobID == job.id && begun.environment == "production")
        #expect(try await current() == nil)
        #expect(try await store.environment("production", of: "app")?.newest == begun)
        try await end(job, .success, url: "https://app.example.org")
        let ended = try #require(try await current())
        #expect(ended.id == begun.id && ended.status == .succeeded && ended.url == "https://app.example.org")
        #expect(ended.finishedAt == Example.date.addingTimeInterval(60))
    }

    /// A job with a gate, whose step failed, between two others; the last one ran, or not.
    private func gated(
        _ environment: String, laterStep: Conclusion, cause: SkipCause? = nil, at offset: Double = 0
    ) async throws -> Job {
        let job = try await start(JobEnvironment(name: environment), at: offset)
        let steps = [Conclusion.success, .failure, laterStep].enumerated().map { index, conclusion in
            Step(
                jobID: job.id, number: index + 1, name: "s", status: .completed, conclusion: conclusion, outcome: conclusion,
                skipCause: conclusion == .skipped ? cause : nil)
        }
        #expect(try await store.apply(JobProgress(jobID: job.id, from: 0, to: 1, steps: steps)))
        return job
    }

    private func letThrough(_ job: Job, _ kind: JobApproval.Kind) -> Job {
        var job = job
        let answer = JobApproval.Answer(verdict: .approved, actor: "anna", comment: "a drill", date: Example.date)
        job.approval = JobApproval(kind: kind, since: Example.date, until: Example.date, answer: answer)
        return job
    }

    @Test("a gate that a person lets through deploys nothing where the steps after it did not run")
    func notDeployed() async throws {
        let job = letThrough(try await gated("production", laterStep: .skipped), .investigation)
        try await end(job, .success)
        let state = try #require(try await store.environment("production", of: "app"))
        #expect(state.current == nil && state.newest?.status == .cancelled)
        #expect(state.newest?.reason?.contains("steps after its gate did not run") == true)
        // A step that its own condition leaves out would not have run without the gate either.
        let conditional = letThrough(try await gated("preview", laterStep: .skipped, cause: .condition), .investigation)
        try await end(conditional, .success)
        #expect(try await current("preview")?.jobID == conditional.id)
        let stopped = letThrough(try await gated("preview", laterStep: .skipped, cause: .failure), .investigation)
        try await end(stopped, .success)
        #expect(try await current("preview")?.jobID == conditional.id)
        let whole = letThrough(try await gated("staging", laterStep: .success), .investigation)
        try await end(whole, .success)
        #expect(try await current("staging")?.jobID == whole.id)
    }

    @Test("a gate after the deploying steps that is overridden has deployed, unless something else was deployed since")
    func overridden() async throws {
        let job = try await gated("production", laterStep: .success)
        try await end(job, .failure)
        #expect(try await current() == nil)
        var copy = letThrough(job, .override)
        (copy.status, copy.conclusion, copy.reusedFrom, copy.attempt) = (.completed, .success, job.id, 2)
        (copy.id, copy.reason) = (0, "overridden by anna: a drill")
        _ = try await store.apply([.insertJobs([copy])])
        let deployed = try #require(try await current())
        #expect(deployed.jobID == job.id && deployed.status == .succeeded && deployed.reason == "overridden by anna: a drill")
        // An older one.
        let late = try await start(JobEnvironment(name: "staging"), at: 100)
        let early = try await gated("staging", laterStep: .success, at: 50)
        try await end(early, .failure)
        try await end(late, .success)
        var second = letThrough(early, .override)
        (second.status, second.conclusion, second.reusedFrom, second.id) = (.completed, .success, early.id, 0)
        _ = try await store.apply([.insertJobs([second])])
        #expect(try await current("staging")?.jobID == late.id)
    }

    @Test("names of environments are the same in any case")
    func names() async throws {
        let job = try await start(JobEnvironment(name: "Production"))
        try await end(job, .success)
        #expect(try await current("PRODUCTION")?.jobID == job.id)
        #expect(try await store.environments().map(\.name) == ["Production"])
    }

    @Test("what failed takes the place of nothing, and what succeeded last is current, whichever began first")
    func order() async throws {
        let early = try await start(JobEnvironment(name: "production"))
        let late = try await start(JobEnvironment(name: "production"))
        try await end(late, .success)
        try await end(early, .success)
        #expect(try await current()?.jobID == early.id)
        let failed = try await start(JobEnvironment(name: "production"))
        try await end(failed, .failure)
        #expect(try await current()?.jobID == early.id)
        let state = try #require(try await store.environment("production", of: "app"))
        #expect(state.newest?.jobID == failed.id && state.newest?.status == .failed)
        // Written again, it is not deployed again.
        try await end(late, .success)
        #expect(try await current()?.jobID == early.id)
        let history = try await store.environmentDeployments(repository: "app", environment: "production")
        #expect(history.map(\.jobID) == [failed.id, late.id, early.id])
        let older = try await store.environmentDeployments(
            repository: "app", environment: "production", before: history[1].id, limit: 1)
        #expect(older.map(\.jobID) == [early.id])
    }

    @Test("a job that only wants an environment's secrets, or that ended before it began, is no deployment")
    func noDeployment() async throws {
        let job = try await start(JobEnvironment(name: "production", isDeployment: false))
        try await end(job, .success)
        var waiting = try await store.addRun().jobs[0]
        waiting.environment = JobEnvironment(name: "production")
        (waiting.status, waiting.conclusion) = (.completed, .cancelled)
        _ = try await store.apply([.updateJob(waiting)])
        #expect(try await store.environments() == [])
    }

    @Test("retention keeps the run that an environment has its deployment of, and removes the others")
    func retention() async throws {
        var jobs: [Job] = []
        for _ in 0..<3 {
            let job = try await start(JobEnvironment(name: "production"))
            try await end(job, .success)
            jobs.append(job)
            var run = try #require(try await store.run(job.runID))
            (run.status, run.conclusion, run.finishedAt) = (.completed, .success, Example.date)
            _ = try await store.apply([.updateRun(run)])
        }
        let policy = RetentionPolicy(days: 1, newestRuns: 0, recordDays: 1)
        _ = try await store.prune(keeping: policy, now: Example.date.addingTimeInterval(10 * 86400))
        #expect(try await store.run(jobs[0].runID) == nil)
        #expect(try await store.run(jobs[2].runID) != nil)
        let left = try await store.environmentDeployments(repository: "app", environment: "production")
        #expect(left.map(\.jobID) == [jobs[2].id])
        #expect(try await current()?.jobID == jobs[2].id)
    }

    @Test("a deployment of a run that is deleted takes its place in the environment with it")
    func deleted() async throws {
        let job = try await start(JobEnvironment(name: "production"))
        try await end(job, .success)
        try await store.write("delete") { database, _ in try RunsTable.remove(job.runID, database) }
        #expect(try await store.environments() == [EnvironmentState(repository: "app", name: "production")])
    }
}
