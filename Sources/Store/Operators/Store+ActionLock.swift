public import Plan

extension Store {
    /// Keeps what a reference to another repository was resolved to, in the place of what was kept for it. Durable: what ran
    /// once must not be another commit after a crash.
    public func keepLock(_ entry: LockedReference) async throws(StoreError) {
        try await write("lock \(entry.repository)@\(entry.reference)", durability: .immediate) { database, _ in
            try ActionLockTable.set(entry, database)
        }
    }

    /// - Parameter repository: `owner/name` in lower case.
    public func lockedReference(_ reference: String, of repository: String) async throws(StoreError) -> LockedReference? {
        try await read("read the lock of \(repository)") { database in
            try ActionLockTable.entry(repository, reference, database)
        }
    }

    /// The locked references by repository and name.
    ///
    /// - Parameter repository: `owner/name` in lower case; nil: of all.
    public func lockedReferences(of repository: String? = nil) async throws(StoreError) -> [LockedReference] {
        try await read("read the lock") { database in
            try repository.map { try ActionLockTable.entries(of: $0, database) } ?? ActionLockTable.all(database)
        }
    }
}
