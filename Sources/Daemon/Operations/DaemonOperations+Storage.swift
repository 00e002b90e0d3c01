internal import Plan
internal import Storage
internal import Web

/// Artifacts and caches, as people wish.
extension DaemonOperations {
    func file(of artifact: Artifact) -> String { storage.path(of: artifact) }

    func contents(of artifact: Artifact, limit: Int) async throws(OperationError) -> ArtifactContents {
        do throws(StorageError) {
            // One more, which tells whether there are more.
            let files = try await storage.files(in: artifact, limit: limit + 1)
            return ArtifactContents(
                files: files.prefix(limit).map { .init(name: $0.name, size: $0.size) }, isCut: files.count > limit)
        } catch {
            throw OperationError(error)
        }
    }

    func remove(_ artifact: Artifact, actor: Actor) async throws(OperationError) {
        do { try await storage.remove(artifact) } catch {
            throw OperationError(.unavailable, "can't remove the artifact \"\(artifact.name)\": \(error)")
        }
        await audit(actor, "remove-artifact", "artifact \(artifact.id)", "\(artifact.name) of run \(artifact.runID)")
    }

    func remove(_ cache: CacheEntry, actor: Actor) async throws(OperationError) {
        do { try await storage.remove(cache) } catch {
            throw OperationError(.unavailable, "can't remove the cache \"\(cache.key)\": \(error)")
        }
        await audit(actor, "remove-cache", "cache \(cache.id)", "\(cache.key) of \(cache.repository), \(cache.scope.ref)")
    }
}

extension OperationError {
    init(_ error: StorageError) {
        let kind: Kind =
            switch error.kind {
            case .missing: .notFound
            case .exists: .conflict
            case .invalid: .invalid
            case .forbidden: .forbidden
            case .full, .damaged, .cancelled, .system: .unavailable
            }
        self.init(kind, error.message)
    }
}
