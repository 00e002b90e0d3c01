public import Archives
public import Execution
public import FoundationEssentials
public import Plan

/// What one job may do with caches: read those of its ref, its base branch and the default branch, and write for its ref.
///
/// A run of a stranger's code writes to a scope that only such runs of the same ref read. Any thread may use it, and several at
/// a time.
public struct RunCaches: Sendable {
    private let storage: JobStorage
    private let runID: Int64
    private let incoming: IncomingFiles
    private let defaultBranch: @Sendable () -> String?
    private let now: @Sendable () -> Date
    private let shelf: CacheShelf
    private let ledger: Ledger
    private static let longestKey = 512

    /// - Parameter defaultBranch: the full name of the repository's; asked only where it matters.
    public init(
        _ storage: JobStorage, runID: Int64, incoming: IncomingFiles, defaultBranch: @escaping @Sendable () -> String?,
        now: @escaping @Sendable () -> Date
    ) {
        self.storage = storage
        self.runID = runID
        self.incoming = incoming
        self.defaultBranch = defaultBranch
        self.now = now
        shelf = CacheShelf(folder: storage.cache)
        ledger = Ledger(path: storage.ledger) { Int64(now().timeIntervalSince1970 * 1000) }
    }

    /// The scope that the job writes to.
    public var ownScope: CacheScope { CacheScope(ref: storage.ref, isUntrusted: storage.isUntrusted) }

    /// The scopes that the job reads, the nearest first.
    public var readableScopes: [CacheScope] {
        var scopes = [ownScope]
        let others = [storage.baseBranch.flatMap { $0.isEmpty ? nil : "refs/heads/\($0)" }, defaultBranch()]
        for case let ref? in others where !scopes.contains(CacheScope(ref: ref)) { scopes.append(CacheScope(ref: ref)) }
        return scopes
    }

    /// The entry for a key: in the nearest scope that has one, that of exactly this key, else the newest whose key begins with
    /// it, else the newest whose key begins with the first of `restoreKeys` that has one.
    ///
    /// - Parameter isExact: whether an entry whose key only begins with `key` is none for it.
    public func find(
        key: String, isExact: Bool = false, restoreKeys: [String] = [], version: String
    ) throws(StorageError) -> CacheEntry? {
        for key in [key] + restoreKeys { try Self.check(key) }
        let scopes = readableScopes
        var entries = shelf.entries(untrusted: false)
        if scopes.contains(where: \.isUntrusted) { entries += shelf.entries(untrusted: true) }
        entries = entries.filter { $0.version == version }.sorted { $0.id > $1.id }
        for scope in scopes {
            let own = entries.filter { $0.scope == scope }
            if let exact = own.first(where: { $0.key == key }) { return exact }
            for prefix in (isExact ? [] : [key]) + restoreKeys {
                if let match = own.first(where: { $0.key.hasPrefix(prefix) }) { return match }
            }
        }
        return nil
    }

    /// Whether the job could not store the key any more.
    public func exists(key: String, version: String) -> Bool {
        shelf.entries(untrusted: storage.isUntrusted).contains {
            $0.scope == ownScope && $0.key == key && $0.version == version
        }
    }

    /// Bytes that an entry may have.
    public var room: Int64 { limit }

    private var limit: Int64 { storage.isUntrusted ? storage.limits.untrustedCacheBytes : storage.limits.cacheBytes }

    /// A file to be filled with what is to be cached.
    public func begin() throws(StorageError) -> IncomingFiles.File { try incoming.make(limit: limit) }

    /// An entry that was stored, and those that had to go for it.
    public struct Stored: Sendable {
        public var entry: CacheEntry
        public var removed: [CacheEntry]

        /// For the journal.
        public var changes: [StorageChange] { removed.map { .cacheRemoved($0.id) } + [.cacheStored(entry)] }
    }

    /// What the journal is to say of an entry that was read.
    public func use(of entry: CacheEntry) -> StorageChange { .cacheUsed(id: entry.id, at: now()) }

    /// Stores a file that was filled.
    ///
    /// - Parameter digest: what `output.finish` gave.
    /// - Throws: of kind `exists` where the job's scope has the key already.
    public func store(
        _ file: IncomingFiles.File, digest: String, key: String, version: String
    ) throws(StorageError) -> Stored {
        try Self.check(key)
        let moment = now()
        try StoredFolder.makeFolder(storage.cache)
        let entry = CacheEntry(
            id: try ledger.nextID(), repository: storage.repository, scope: ownScope, key: key, version: version,
            size: file.output.size, digest: digest, runID: runID, createdAt: moment, usedAt: moment)
        return Stored(entry: entry, removed: try shelf.store(entry, content: file.path, limit: limit))
    }

    /// Opens an entry's file, after a look at whether it is what was stored; one that is not is removed.
    public func open(_ entry: CacheEntry, isCancelled: () -> Bool = { false }) throws(StorageError) -> OpenFile {
        let file = try shelf.open(entry, at: now())
        let digest: String
        do throws(ArchiveError) { digest = try file.digest(isCancelled: isCancelled) } catch { throw StorageError(error) }
        guard digest == entry.digest else {
            try shelf.remove(entry.id)
            throw StorageError(.damaged, "the cache \"\(entry.key)\" is not what was stored, and is removed")
        }
        return file
    }

    /// The rule for keys, which is GitHub's.
    public static func check(_ key: String) throws(StorageError) {
        guard !key.isEmpty, key.utf16.count <= longestKey else {
            throw StorageError(
                .invalid, "the key \"\(key.prefix(100))\" is not allowed: it must have 1 to \(longestKey) characters")
        }
        guard !key.contains(",") else {
            throw StorageError(.invalid, "the key \"\(key)\" is not allowed: it must not hold a comma")
        }
    }
}
