public import Plan

extension Store {
    /// The cached files of a repository, those that were used last first.
    public func caches(of repository: String, limit: Int = 1000) async throws(StoreError) -> [CacheEntry] {
        try await read("read the caches of \(repository)") { database in
            try CachesTable.all(of: repository, limit: limit, database)
        }
    }

    public func cache(_ id: Int64) async throws(StoreError) -> CacheEntry? {
        try await read("read cache \(id)") { database in try CachesTable.entry(id, database) }
    }

    /// The cached file is gone.
    public func removeCache(_ id: Int64) async throws(StoreError) {
        try await write("forget cache \(id)") { database, changes in
            guard let entry = try CachesTable.entry(id, database) else { return }
            try CachesTable.remove(id, database)
            changes.append(StoreChange(kind: .caches, repository: entry.repository))
        }
    }

    /// Has the rows of a repository say what is on the disk: jobs remove each other's entries, and may die before they tell.
    ///
    /// - Parameter newest: an entry with a higher id was stored after the look at the disk, and stays.
    public func setCaches(
        of repository: String, to entries: [CacheEntry], seenUpTo newest: Int64
    ) async throws(StoreError) {
        try await write("note the caches of \(repository)") { database, changes in
            let known = Set(try CachesTable.ids(of: repository, database))
            let there = Set(entries.map(\.id))
            for id in known.subtracting(there) where id <= newest { try CachesTable.remove(id, database) }
            for entry in entries { try CachesTable.upsert(entry, database) }
            if known != there { changes.append(StoreChange(kind: .caches, repository: repository)) }
        }
    }
}
