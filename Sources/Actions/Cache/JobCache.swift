internal import Archives
internal import Execution
internal import Plan
internal import Signing
internal import Storage

/// Files of a job that are kept under a key and put back by later jobs: what `cache`, `setup-python` and `setup-node` share.
///
/// What goes wrong with a cache is a warning: it saves work, and no job depends on it.
struct JobCache {
    /// How a lookup ended.
    struct Restored {
        /// The key that was found; nil: none.
        var key: String?
        var isExact = false
        var annotations: [Annotation] = []
        var storage: [StorageChange] = []
    }

    /// How a save ended.
    struct Saved {
        var annotations: [Annotation] = []
        var storage: [StorageChange] = []
    }

    private let invocation: ActionInvocation
    private let files: JobFiles
    /// As they are written, patterns and `~` in them.
    private let paths: [String]
    private static let mostKeys = 10
    private static let mostRemarks = 10

    init(_ invocation: ActionInvocation, paths: [String]) throws(ActionFailure) {
        self.invocation = invocation
        self.paths = paths
        files = try JobFiles(invocation)
    }

    /// Entries of other paths have nothing to do with these. A path counts by the job's folder that it is in, since that has
    /// another name in each job that runs without a sandbox.
    ///
    /// The packing is part of it: an original action that speaks to the same caches packs in another way.
    private var version: String {
        let places = paths.map { line -> String in
            let sign = line.hasPrefix("!") ? "!" : ""
            let path = files.absolute(String(line.dropFirst(sign.count)))
            guard let (mount, rest) = files.map.mount(holding: path) else { return line }
            return "\(sign)\(mount.name):\(rest.joined(separator: "/"))"
        }
        return SHA256.hexadecimal((places + ["tar-zstd", "slipway-1"]).joined(separator: "|"))
    }

    // MARK: Restoring

    /// - Parameters:
    ///   - matchesExactly: whether `key` itself has to be found, and not one that begins with it.
    ///   - looksOnly: whether nothing is put back.
    /// - Throws: `ActionFailure` for keys that are not allowed, or where the step was cancelled.
    func restore(
        key: String, matchesExactly: Bool = false, restoreKeys: [String] = [], looksOnly: Bool = false
    ) throws(ActionFailure) -> Restored {
        guard restoreKeys.count < Self.mostKeys else {
            throw ActionFailure("at most \(Self.mostKeys) keys are allowed, found \(restoreKeys.count + 1)")
        }
        let caches = try invocation.caches()
        let found = try storing { () throws(StorageError) in
            try caches.find(key: key, isExact: matchesExactly, restoreKeys: restoreKeys, version: version)
        }
        guard let entry = found else { return Restored() }
        let isExact = entry.key.lowercased() == key.lowercased()
        if looksOnly { return Restored(key: entry.key, isExact: isExact) }
        do {
            try unpack(entry, caches)
        } catch {
            if invocation.isCancelled { throw error }
            return Restored(annotations: [warning("Failed to restore: \(error.message)")])
        }
        return Restored(key: entry.key, isExact: isExact, storage: [caches.use(of: entry)])
    }

    private func unpack(_ entry: CacheEntry, _ caches: RunCaches) throws(ActionFailure) {
        let cancellation = invocation.cancellation
        let isCancelled = { cancellation.level != .none }
        invocation.log("Cache Size: \(entry.size) bytes, saved \(entry.createdAt) for \(entry.scope.ref)")
        let file = try storing { () throws(StorageError) in try caches.open(entry, isCancelled: isCancelled) }
        let report = try archiving { () throws(ArchiveError) in
            var unpacking = Unpacking(links: .any, keepsTimes: true, isCancelled: isCancelled)
            return try unpacking.unpack(ArchiveReader(file, path: "the cache \"\(entry.key)\""), into: files.map)
        }
        invocation.log("Unpacked \(report.fileCount) files, \(report.byteCount) bytes")
    }

    // MARK: Saving

    /// - Throws: `ActionFailure` where the step was cancelled.
    func save(key: String) throws(ActionFailure) -> Saved {
        do throws(ActionFailure) { return try pack(key) } catch {
            if invocation.isCancelled { throw error }
            return Saved(annotations: [warning("Failed to save: \(error.message)")])
        }
    }

    private func pack(_ key: String) throws(ActionFailure) -> Saved {
        let caches = try invocation.caches()
        guard !caches.exists(key: key, version: version) else {
            invocation.log("Failed to save: the cache with key \(key) exists already for \(caches.ownScope.ref)")
            return Saved()
        }
        let (found, annotations) = try find()
        guard !found.isEmpty else {
            return Saved(
                annotations: annotations + [
                    warning("Path(s) specified in the action for caching do(es) not exist, hence no cache is being saved.")
                ])
        }
        let cancellation = invocation.cancellation
        let isCancelled = { cancellation.level != .none }
        let incoming = try storing { () throws(StorageError) in try caches.begin() }
        var remarks: [String] = []
        let digest = try archiving { () throws(ArchiveError) in
            let writer = try ArchiveWriter(.tar, to: incoming.output, isCancelled: isCancelled)
            var packer = TreePacker(files.map, to: writer, isCancelled: isCancelled)
            for path in found { try packer.add(path) }
            try writer.finish()
            remarks = packer.remarks
            return try incoming.output.finish()
        }
        for remark in remarks { invocation.log(remark) }
        do throws(StorageError) {
            let stored = try caches.store(incoming, digest: digest, key: key, version: version)
            invocation.log("Cache saved with key: \(key) (\(stored.entry.size) bytes)")
            for old in stored.removed { invocation.log("The cache \(old.key) was removed to make room") }
            return Saved(annotations: annotations, storage: stored.changes)
        } catch {
            guard error.kind == .exists else { throw ActionFailure(error.message) }
            invocation.log("Failed to save: \(error.message); another job may have saved it meanwhile")
            return Saved(annotations: annotations)
        }
    }

    /// The files and folders that the paths match, none of them in another.
    private func find() throws(ActionFailure) -> (paths: [String], annotations: [Annotation]) {
        let result = try files.search(
            paths.joined(separator: "\n"), .init(takesDescendants: false, followsLinks: false))
        var annotations: [Annotation] = []
        let outside = result.outside.map { "\($0) is not cached: it is not in the job's folders" }
        for remark in (outside + result.leftOut).prefix(Self.mostRemarks) { annotations.append(warning(remark)) }
        let all = Set(result.found.map(\.path))
        let tops = result.found.map(\.path).filter { path in
            var parent = path[...]
            while let slash = parent.lastIndex(of: "/"), slash != parent.startIndex {
                parent = parent[..<slash]
                if all.contains(String(parent)) { return false }
            }
            return true
        }
        return (tops, annotations)
    }

    private func warning(_ message: String) -> Annotation {
        invocation.log("##[warning]\(message)")
        return Annotation(level: .warning, message: message)
    }
}
