internal import FoundationEssentials
internal import Git
public import Plan

extension SourceResolver {
    /// Notes in the lock what the tags of a mirror that was just fetched name now.
    func noteMoves(at place: SourcePlace) async {
        do {
            let present = now()
            for var entry in try await lock.entries(of: place.name) where entry.kind == .tag {
                entry.current = try await find(entry.reference, at: place).map { $0.1.description }
                entry.checkedAt = present
                try await lock.keep(entry)
            }
        } catch {
            report("can't note what the tags of \(place.name) name now: \(error)")
        }
    }

    /// Has a locked tag looked at once its last look is long enough ago. Nobody waits for it: what it finds is said to the
    /// runs that come after.
    func checkLater(_ place: SourcePlace, _ entry: LockedReference, _ rules: SourceRules) {
        guard entry.kind == .tag, let interval = rules.checkInterval else { return }
        let present = now()
        let last = max(entry.checkedAt, checks[place.mirror] ?? .distantPast)
        guard present.timeIntervalSince(last) >= interval else { return }
        checks[place.mirror] = present
        background { await self.check(place) }
    }

    private func check(_ place: SourcePlace) async {
        do { try await fetch(place, session(followsBranches: true)) } catch {
            report("can't look whether the tags of \(place.name) moved: \(error.message)")
        }
    }

    // MARK: - Operators

    /// What was locked, and to what an update changed it.
    public struct Update: Sendable, Equatable {
        public var before: LockedReference
        public var after: LockedReference
    }

    /// The lock, by repository and reference.
    ///
    /// - Parameter repository: nil for all.
    public func locked(_ repository: RepositoryName? = nil) async throws(SourceError) -> [LockedReference] {
        do { return try await lock.entries(of: repository) } catch {
            throw SourceError(.unreachable, "the lock can't be read: \(error)")
        }
    }

    /// Takes what the server's references name now.
    ///
    /// - Parameter reference: nil for every locked reference of the repository.
    /// - Returns: the entries that were asked for, also those that did not change; none where nothing is locked.
    public func update(_ name: RepositoryName, reference: String?) async throws(SourceError) -> [Update] {
        let entries = try await locked(name).filter { reference == nil || $0.reference == reference }
        guard !entries.isEmpty else { return [] }
        let place = try SourcePlace(of: name, for: nil, rules: rules(), folder: folder)
        try await fetch(place, session(followsBranches: true))
        var updates: [Update] = []
        for entry in entries {
            let after = try await keepNewest(
                of: SourceReference(repository: name, ref: entry.reference), at: place)
            updates.append(Update(before: entry, after: after))
        }
        return updates
    }
}
