import Foundation
import Plan
import Testing

@testable import Store

@Suite struct FailureStreakTests {
    private static let main = BranchPipeline(repository: "app", workflowPath: ".github/workflows/ci.yml", branch: "main")

    private static func add(_ conclusions: [Conclusion?], ref: String = "refs/heads/main", to store: Store) async throws {
        for conclusion in conclusions {
            _ = try await store.addRun(
                Example.run(ref: ref, status: conclusion == nil ? .running : .completed, conclusion: conclusion))
        }
    }

    @Test("a branch is broken since the first of the runs that failed in a row; what has no verdict does not count")
    func streak() async throws {
        let folder = try StoreFolder()
        let store = try folder.open()
        try await Self.add([.failure, .success, .failure, .cancelled, .timedOut, .skipped, nil], to: store)
        let found = try await store.failureStreaks(of: [Self.main])
        #expect(found.map(\.newest.id) == [5])
        #expect(found.map(\.first.id) == [3])
        #expect(found.map(\.count) == [2] && found.map(\.isWhole) == [true])
    }

    @Test("a branch whose last verdict is good, or that has none, is not broken")
    func good() async throws {
        let folder = try StoreFolder()
        let store = try folder.open()
        #expect(try await store.failureStreaks(of: [Self.main]) == [])
        try await Self.add([.failure, .success, .cancelled, nil], to: store)
        #expect(try await store.failureStreaks(of: [Self.main]) == [])
    }

    @Test("branches that failed lately are named once, the latest first, and not where the remote has them no more")
    func recent() async throws {
        let folder = try StoreFolder()
        let store = try folder.open()
        try await Self.add([.failure, .lost], to: store)
        try await Self.add([.refused, .success], ref: "refs/heads/topic", to: store)
        try await Self.add([.failure], ref: "refs/heads/gone", to: store)
        try await Self.add([.failure], ref: "refs/tags/v1", to: store)
        try await store.recordReferences([ReferenceState(ref: "refs/heads/gone", commit: Example.commit(1))], of: "app")
        try await store.recordReferences([ReferenceState(ref: "refs/heads/gone", commit: nil)], of: "app")
        let since = Example.date.addingTimeInterval(-60)
        let found = try await store.overview(StoreOverviewLimits(failedSince: since))
        #expect(found.failedBranches.map(\.branch) == ["topic", "main"])
        let later = StoreOverviewLimits(failedSince: Example.date.addingTimeInterval(60))
        #expect(try await store.overview(later).failedBranches == [])
    }

    @Test("how long a pipeline usually takes is the median of its last good runs")
    func usual() async throws {
        let folder = try StoreFolder()
        let store = try folder.open()
        for (seconds, conclusion) in [(10.0, Conclusion.success), (900, .failure), (30, .success), (20, .success)] {
            var run = Example.run(status: .completed, conclusion: conclusion)
            run.startedAt = Example.date
            run.finishedAt = Example.date.addingTimeInterval(seconds)
            _ = try await store.addRun(run)
        }
        let file = WorkflowFile(repository: "app", path: Self.main.workflowPath)
        let unknown = WorkflowFile(repository: "app", path: "other.yml")
        #expect(try await store.usualDurations(of: [file, unknown]) == [file: 20])
    }

    @Test("jobs that have not begun come with their run, those that are ready first")
    func pending() async throws {
        let folder = try StoreFolder()
        let store = try folder.open()
        var waiting = Example.job("deploy")
        waiting.status = .waiting
        waiting.reason = "needs build"
        let state = try await store.addRun(jobs: [waiting, Example.job("build")])
        let found = try await store.overview(StoreOverviewLimits(failedSince: Example.date)).pending
        #expect(found.map(\.job.key) == ["build", "deploy"])
        #expect(found.allSatisfy { $0.run.id == state.run.id })
    }
}
