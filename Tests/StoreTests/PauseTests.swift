import Foundation
import Plan
import Testing

@testable import Store

@Suite struct PauseTests {
    let folder: StoreFolder
    let store: Store

    init() throws {
        folder = try StoreFolder()
        store = try folder.open()
    }

    private static let pause = JobPause(step: "Test", since: Example.date, until: Example.date.addingTimeInterval(1800))

    /// A job that runs and stands still.
    private func pausedJob() async throws -> Job {
        var job = try await store.addRun().jobs[0]
        job.status = .running
        _ = try await store.apply([.updateJob(job)])
        #expect(try await store.apply(JobProgress(jobID: job.id, from: 0, to: 10, pause: .began(Self.pause))))
        return job
    }

    private func overview() async throws -> StoreOverview {
        try await store.overview(StoreOverviewLimits(failedSince: Example.date))
    }

    @Test("a job that stands still is found until it goes on")
    func found() async throws {
        var job = try await pausedJob()
        #expect(try await store.job(job.id)?.pause == Self.pause)
        #expect(try await overview().paused.map(\.job.id) == [job.id])
        // The scheduler knows nothing of it, and leaves it as it is.
        job.reason = "something"
        _ = try await store.apply([.updateJob(job)])
        #expect(try await store.job(job.id)?.pause == Self.pause)
        #expect(try await store.apply(JobProgress(jobID: job.id, from: 10, to: 20, pause: .ended)))
        #expect(try await store.job(job.id)?.pause == nil)
        #expect(try await overview().paused.isEmpty)
    }

    @Test("a job that is over does not stand still")
    func over() async throws {
        var job = try await pausedJob()
        (job.status, job.conclusion) = (.completed, .lost)
        _ = try await store.apply([.updateJob(job)])
        #expect(try await store.job(job.id)?.pause == nil)
    }

    @Test("shells are in the audit once, however often the journal is read")
    func audit() async throws {
        let job = try await pausedJob()
        var use = ShellUse(actor: "anna (socket)", userID: 1000, startedAt: Example.date)
        let opened = JobProgress(jobID: job.id, from: 10, to: 20, shells: [use])
        #expect(try await store.apply(opened))
        #expect(try await !store.apply(opened))
        use.end = .init(at: Example.date.addingTimeInterval(35), reason: "exit code 7")
        #expect(try await store.apply(JobProgress(jobID: job.id, from: 20, to: 30, shells: [use])))
        let entries = try await store.auditPage(AuditFilter()).entries
        #expect(entries.map(\.action) == ["close-shell", "open-shell"])
        #expect(entries.allSatisfy { $0.actor == "anna (socket)" && $0.subject == "job \(job.id) of run \(job.runID)" })
        #expect(entries.map(\.detail) == ["user id 1000, after 35 seconds: exit code 7", "user id 1000"])
    }
}
