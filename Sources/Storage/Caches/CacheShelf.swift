public import Archives
public import FoundationEssentials
public import Plan

/// The cached files of one repository on the disk: `<repository>.cache/trusted/<id>/` and `…/untrusted/<id>/`.
///
/// What untrusted runs wrote is in a folder of its own, which is read for untrusted runs only. Used by the workers, which
/// store, read and push out, and by the daemon, which removes. Blocks.
public struct CacheShelf: Sendable {
    let folder: String
    private static let record = "entry.json"
    private static let abandonedAfter = 3600.0

    /// - Parameter folder: the repository's.
    public init(folder: String) { self.folder = folder }

    /// The repositories that have a folder of cached files in the folder of all caches.
    public static func repositories(in root: String) -> [String] {
        var found: [String] = []
        var pending = [""]
        while let place = pending.popLast() {
            for name in StoredFolder.names(in: "\(root)/\(place)") {
                let path = place.isEmpty ? name : "\(place)/\(name)"
                if name.hasSuffix(suffix) {
                    found.append(String(path.dropLast(suffix.count)))
                } else {
                    pending.append(path)
                }
            }
        }
        return found.sorted()
    }

    /// As `StateFolders.cache(of:)` names the folders.
    private static let suffix = ".cache"

    /// All entries, those that were used last first.
    public func entries() -> [CacheEntry] {
        (entries(untrusted: false) + entries(untrusted: true)).sorted { $0.usedAt > $1.usedAt }
    }

    func entries(untrusted isUntrusted: Bool) -> [CacheEntry] {
        StoredFolder.ids(in: place(untrusted: isUntrusted)).compactMap { id in
            let stored = stored(id, untrusted: isUntrusted)
            guard var entry = stored.read(CacheEntry.self), entry.scope.isUntrusted == isUntrusted else { return nil }
            entry.usedAt = stored.usedAt
            return entry
        }
    }

    public func open(_ entry: CacheEntry, at date: Date) throws(StorageError) -> OpenFile {
        let stored = stored(entry.id, untrusted: entry.scope.isUntrusted)
        do throws(ArchiveError) {
            let file = try OpenFile.open(reading: stored.content)
            stored.touch(at: date)
            return file
        } catch {
            if error.isMissing { throw StorageError(.missing, "the cache \"\(entry.key)\" was removed") }
            throw StorageError(error)
        }
    }

    /// Has a file appear as an entry, and removes those that were not used for the longest time until all fit in.
    ///
    /// - Parameter limit: bytes for all entries of the same trust.
    /// - Returns: what was removed.
    /// - Throws: of kind `exists` where the scope has the key in this version, `full` where it alone is larger than the limit.
    func store(_ entry: CacheEntry, content file: String, limit: Int64) throws(StorageError) -> [CacheEntry] {
        guard entry.size <= limit else {
            throw StorageError(
                .full, "the cache \"\(entry.key)\" of \(entry.size) bytes is larger than the \(limit) bytes that all may take")
        }
        let isUntrusted = entry.scope.isUntrusted
        try StoredFolder.makeFolder(place(untrusted: isUntrusted))
        let target = stored(entry.id, untrusted: isUntrusted)
        try target.prepare(entry, content: file)
        do throws(StorageError) {
            return try lock { () throws(StorageError) in
                let others = entries(untrusted: isUntrusted)
                guard !others.contains(where: { $0.isSame(as: entry) }) else {
                    throw StorageError(.exists, "the cache \"\(entry.key)\" exists already for \(entry.scope.ref)")
                }
                let removed = Self.excess(of: others, adding: entry.size, limit: limit)
                for old in removed { stored(old.id, untrusted: isUntrusted).remove() }
                try target.commit()
                target.touch(at: entry.usedAt)
                return removed
            }
        } catch {
            target.discard()
            throw error
        }
    }

    /// Removes an entry; one that is gone already is no error.
    public func remove(_ id: Int64) throws(StorageError) {
        guard StoredFolder.exists(folder) else { return }
        try lock { () throws(StorageError) in
            for isUntrusted in [false, true] { stored(id, untrusted: isUntrusted).remove() }
        }
    }

    /// What is due to go.
    public struct Policy: Sendable {
        /// Entries that were not used since then.
        public var unusedSince: Date
        public var bytes: Int64
        public var untrustedBytes: Int64

        public init(unusedSince: Date, bytes: Int64, untrustedBytes: Int64) {
            self.unusedSince = unusedSince
            self.bytes = bytes
            self.untrustedBytes = untrustedBytes
        }
    }

    /// Removes what is due, and what killed jobs left half made.
    public func tidy(_ policy: Policy) throws(StorageError) {
        guard StoredFolder.exists(folder) else { return }
        try lock { () throws(StorageError) in
            for isUntrusted in [false, true] {
                let entries = entries(untrusted: isUntrusted)
                let old = entries.filter { $0.usedAt < policy.unusedSince }
                let kept = entries.filter { $0.usedAt >= policy.unusedSince }
                let excess = Self.excess(of: kept, adding: 0, limit: isUntrusted ? policy.untrustedBytes : policy.bytes)
                for entry in old + excess { stored(entry.id, untrusted: isUntrusted).remove() }
                StoredFolder.removeAbandoned(
                    in: place(untrusted: isUntrusted), before: Date(timeIntervalSinceNow: -Self.abandonedAfter))
            }
        }
    }

    private static func excess(of entries: [CacheEntry], adding size: Int64, limit: Int64) -> [CacheEntry] {
        var total = entries.reduce(size) { $0 + $1.size }
        return entries.sorted { $0.usedAt < $1.usedAt }.prefix { entry in
            guard total > limit else { return false }
            total -= entry.size
            return true
        }
    }

    private func lock<Value>(_ body: () throws(StorageError) -> Value) throws(StorageError) -> Value {
        try LockFile(path: "\(folder)/lock").with { _ throws(StorageError) in try body() }
    }

    private func place(untrusted isUntrusted: Bool) -> String { "\(folder)/\(isUntrusted ? "untrusted" : "trusted")" }

    private func stored(_ id: Int64, untrusted isUntrusted: Bool) -> StoredFolder {
        StoredFolder(path: "\(place(untrusted: isUntrusted))/\(id)", record: Self.record)
    }
}

extension CacheEntry {
    fileprivate func isSame(as other: CacheEntry) -> Bool {
        scope == other.scope && key == other.key && version == other.version
    }
}
