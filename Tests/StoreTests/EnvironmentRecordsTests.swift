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
