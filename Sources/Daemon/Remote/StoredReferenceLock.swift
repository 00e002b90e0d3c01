internal import Plan
internal import RemoteSources
internal import Store

/// The daemon's lock: a table of its store.
struct StoredReferenceLock: ReferenceLock {
    let store: Store

    func entry(for repository: RepositoryName, reference: String) async throws -> LockedReference? {
        try await store.lockedReference(reference, of: repository.key)
    }

    func entries(of repository: RepositoryName?) async throws -> [LockedReference] {
        try await store.lockedReferences(of: repository?.key)
    }

    func keep(_ entry: LockedReference) async throws { try await store.keepLock(entry) }
}
