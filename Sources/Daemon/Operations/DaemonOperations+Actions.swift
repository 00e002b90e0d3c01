internal import Plan
internal import RemoteSources
internal import Web

extension DaemonOperations {
    func updateLock(
        repository: String?, reference: String?, actor: Actor
    ) async throws(OperationError) -> [LockUpdate] {
        var updates: [LockUpdate] = []
        for name in try await lockedRepositories(repository) {
            do throws(SourceError) {
                updates += try await sources.update(name, reference: reference).map(LockUpdate.init)
            } catch {
                throw OperationError(error.isTransient ? .unavailable : .conflict, error.message)
            }
        }
        if let repository, updates.isEmpty {
            let text = repository + (reference.map { "@\($0)" } ?? "")
            throw OperationError(.notFound, "nothing of \(text) is locked: no run has used it; see \"slipway action list\"")
        }
        for update in updates where update.before != update.commit {
            await audit(
                actor, "update-action", "\(update.repository)@\(update.reference)", "from \(update.before) to \(update.commit)")
        }
        return updates
    }

    /// The repository of that name, or for nil all that something is locked of.
    private func lockedRepositories(_ text: String?) async throws(OperationError) -> [RepositoryName] {
        guard let text else {
            do throws(SourceError) {
                let names = Set(try await sources.locked().map(\.repository))
                return names.sorted().compactMap { RepositoryName($0) }
            } catch {
                throw OperationError(.unavailable, error.message)
            }
        }
        guard let name = RepositoryName(text) else {
            throw OperationError(.invalid, "expected owner/repository, found \"\(text)\"")
        }
        return [name]
    }
}

extension LockUpdate {
    init(_ update: SourceResolver.Update) {
        self.init(
            repository: update.after.repository, reference: update.after.reference, before: update.before.commit,
            commit: update.after.commit)
    }
}
