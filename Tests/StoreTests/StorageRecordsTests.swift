import Foundation
import Plan
import Testing

@testable import Store

extension Example {
    static func artifact(_ id: Int64, run: Int64, name: String = "model", expires: Date = date) -> Artifact {
        Artifact(
            id: id, runID: run, jobID: 1, attempt: 1, name: name, size: 10, digest: "d", createdAt: date, expiresAt: expires)
    }

    static func cacheEntry(_ id: Int64, repository: String = "app", key: String = "pip", usedAt: Date = date) -> CacheEntry {
        CacheEntry(
            id: id, repository: repository, scope: CacheScope(ref: "refs/heads/main"), key: key, version: "1", size: 10,
            digest: "d", runID: 1, createdAt: date, usedAt: usedAt)
    }
}

@Suite struct StorageRecordsTests {
    let folder: StoreFolder
    let store: Store

    init() throws {
        folder = try StoreFolder()
        store = try folder.open()
    }

    private func apply(_ changes: StorageChange..., to job: Job) async throws {
        let offset = try await store.progressOffset(ofJob: job.id)
        #expect(try await store.apply(JobProgress(jobID: job.id, from: offset, to: offset + 1, storage: changes)))
    }

    @Test("the artifacts that a journal tells of belong to its run, and stay known after they are removed")
    func artifacts() async throws {
        let (job, other) = (try await store.addRun().jobs[0], try await store.addRun().jobs[0])
        let artifact = Example.artifact(5, run: job.runID)
        try await apply(.artifactStored(artifact), to: job)
        #expect(try await store.artifact(5) == StoredArtifact(artifact: artifact))
        // What another run's job says of it counts for nothing.
        try await apply(.artifactRemoved(id: 5, at: Example.date), to: other)
        #expect(try await store.artifacts(ofRun: job.runID) == [StoredArtifact(artifact: artifact)])
        try await apply(.artifactStored(Example.artifact(6, run: job.runID)), to: other)
        #expect(try await store.artifact(6)?.artifact.runID == other.runID)
        try await apply(.artifactRemoved(id: 5, at: Example.date), to: job)
        #expect(try await store.artifacts(ofRun: job.runID) == [StoredArtifact(artifact: artifact, removedAt: Example.date)])
    }

    @Test("what is overdue is listed until it is removed")
    func expiry() async throws {
        let job = try await store.addRun().jobs[0]
        for (id, days) in [(Int64(1), 3.0), (2, 1), (3, 2)] {
            let expires = Example.date.addingTimeInterval(days * 86_400)
            try await apply(.artifactStored(Example.artifact(id, run: job.runID, name: "\(id)", expires: expires)), to: job)
        }
        let later = Example.date.addingTimeInterval(2.5 * 86_400)
        #expect(try await store.expiredArtifacts(at: later).map(\.artifact.id) == [2, 3])
        try await store.markArtifactRemoved(2, at: later)
        #expect(try await store.expiredArtifacts(at: later).map(\.artifact.id) == [3])
        #expect(try await store.artifact(2)?.removedAt == later)
    }

    @Test("artifacts go with their run")
    func cascade() async throws {
        let state = try await store.addRun(Example.run(status: .completed, conclusion: .success))
        try await apply(.artifactStored(Example.artifact(1, run: state.run.id)), to: state.jobs[0])
        _ = try await store.prune(
            keeping: RetentionPolicy(days: 1, newestRuns: 0), now: Example.date.addingTimeInterval(9 * 86_400))
        #expect(try await store.artifact(1) == nil)
    }

    @Test("caches are listed by their last use, and forgotten when they are pushed out")
    func caches() async throws {
        let job = try await store.addRun().jobs[0]
        try await apply(
            .cacheStored(Example.cacheEntry(1)), .cacheStored(Example.cacheEntry(2, key: "npm")),
            .cacheUsed(id: 1, at: Example.date.addingTimeInterval(60)), to: job)
        #expect(try await store.caches(of: "app").map(\.id) == [1, 2])
        try await apply(.cacheRemoved(1), to: job)
        #expect(try await store.caches(of: "app").map(\.id) == [2])
        let foreign = try await store.addRun(Example.run(repository: "other")).jobs[0]
        try await apply(.cacheRemoved(2), to: foreign)
        #expect(try await store.cache(2) != nil)
        try await store.removeCache(2)
        #expect(try await store.caches(of: "app").isEmpty)
    }

    @Test("the rows follow the disk, but for what was stored since it was looked at")
    func reconciling() async throws {
        let job = try await store.addRun().jobs[0]
        try await apply(
            .cacheStored(Example.cacheEntry(1)), .cacheStored(Example.cacheEntry(2)), .cacheStored(Example.cacheEntry(9)), to: job
        )
        try await store.setCaches(of: "app", to: [Example.cacheEntry(2), Example.cacheEntry(3)], seenUpTo: 5)
        #expect(try await Set(store.caches(of: "app").map(\.id)) == [2, 3, 9])
    }

    @Test("viewers are told of artifacts and caches")
    func changes() async throws {
        let job = try await store.addRun().jobs[0]
        let subscription = store.changes.subscribe()
        try await apply(.artifactStored(Example.artifact(1, run: job.runID)), .cacheStored(Example.cacheEntry(1)), to: job)
        var kinds: [StoreChange.Kind] = []
        for await change in subscription {
            kinds.append(change.kind)
            if kinds.count == 3 { break }
        }
        #expect(kinds == [.artifacts, .caches, .progress])
    }
}
