internal import FoundationEssentials
internal import Git
internal import Plan
internal import Settings
internal import Storage
internal import Store

/// The daemon's side of artifacts and caches: what is due goes, and the store says what is on the disk.
struct StorageKeeper: Sendable {
    let store: Store
    let folders: StateFolders
    let settings: CurrentSettings
    let now: @Sendable () -> Date
    let report: @Sendable (String) -> Void

    /// The disk is looked at on a thread of its own.
    private static let queue = BlockingQueue(label: "slipway.storage")

    private var artifacts: ArtifactShelf { ArtifactShelf(runs: folders.runs, ledger: folders.storageLedger) }

    // MARK: - What is due

    /// Removes expired artifacts, and cached files that are too old or too many.
    func tidy() async {
        await removeExpiredArtifacts()
        await recountArtifacts()
        for repository in await cachedRepositories() where !Task.isCancelled { await tidyCaches(of: repository) }
    }

    private func removeExpiredArtifacts() async {
        do {
            while !Task.isCancelled {
                let expired = try await store.expiredArtifacts(at: now())
                if expired.isEmpty { return }
                for stored in expired { try await remove(stored.artifact) }
            }
        } catch {
            report("can't remove expired artifacts: \(error)")
        }
    }

    /// Runs that were deleted took their artifacts with them.
    private func recountArtifacts() async {
        let shelf = artifacts
        do {
            try await Self.queue.run { () throws(StorageError) in try shelf.recount() }
        } catch {
            report("can't count the artifacts: \(error)")
        }
    }

    private func cachedRepositories() async -> [String] {
        let root = folders.cache
        return await Self.queue.run { () throws(Never) in CacheShelf.repositories(in: root) }
    }

    private func tidyCaches(of repository: String) async {
        let caches = settings.value.caches
        let policy = CacheShelf.Policy(
            unusedSince: caches.age.map { now().addingTimeInterval(-$0.seconds) } ?? .distantPast,
            bytes: Int64(caches.size), untrustedBytes: Int64(caches.untrustedSize))
        let shelf = CacheShelf(folder: folders.cache(of: repository))
        let ledger = artifacts.ledger
        do {
            let (newest, entries) = try await Self.queue.run { () throws(StorageError) in
                let newest = try ledger.lastID()
                try shelf.tidy(policy)
                return (newest, shelf.entries())
            }
            try await store.setCaches(of: repository, to: entries, seenUpTo: newest)
        } catch {
            report("can't look after the caches of \(repository): \(error)")
        }
    }

    // MARK: - Wishes of people

    /// Removes an artifact's file; its row stays and says so.
    func remove(_ artifact: Artifact) async throws {
        let shelf = artifacts
        try await Self.queue.run { () throws(StorageError) in try shelf.remove(artifact.id, ofRun: artifact.runID) }
        try await store.markArtifactRemoved(artifact.id, at: now())
    }

    func remove(_ entry: CacheEntry) async throws {
        let shelf = CacheShelf(folder: folders.cache(of: entry.repository))
        try await Self.queue.run { () throws(StorageError) in try shelf.remove(entry.id) }
        try await store.removeCache(entry.id)
    }

    /// The stored file: a zip, or for an artifact that is none, the file as the job gave it.
    func path(of artifact: Artifact) -> String { artifacts.path(of: artifact) }

    /// The files in an artifact, at most `limit` of them.
    func files(in artifact: Artifact, limit: Int) async throws(StorageError) -> [(name: String, size: Int64?)] {
        let shelf = artifacts
        return try await Self.queue.run { () throws(StorageError) in try shelf.files(in: artifact, limit: limit) }
    }
}
