internal import CLibGit2

/// Brings the objects of a small push from a repository on this machine, one by one, without the detour of a pack.
///
/// libgit2's own local transport builds a pack in a thread and indexes it again, which costs more than everything else of
/// such a fetch. Objects are written after all that they refer to: whatever the mirror has, it has with all that belongs
/// to it, so that a transfer which ends early harms nothing and the search for missing objects stops at the known ones.
struct LocalTransfer: ~Copyable {
    private let source: GitHandle
    private let mirror: Mirror
    private(set) var objectCount = 0
    private(set) var byteCount = 0

    private let objectLimit: Int
    private let byteLimit: Int

    /// The push is not small, or something is wrong with the source, which libgit2's transport will put into words.
    private struct Unsuitable: Error {}

    /// - Parameters:
    ///   - objectLimit: more objects than that don't suit: as a pack they are quicker, and smaller.
    ///   - byteLimit: the same for their size.
    init(
        from path: String, to mirror: Mirror, objectLimit: Int, byteLimit: Int
    ) throws(GitError) {
        let repository = try GitHandle.make(FetchSession.operation, on: path, freedBy: git_repository_free) {
            git_repository_open_ext($0, path, 0, nil)
        }
        let pointer = repository.pointer
        source = try GitHandle.make(FetchSession.operation, on: path, freedBy: git_odb_free) {
            git_repository_odb($0, pointer)
        }
        self.mirror = mirror
        self.objectLimit = objectLimit
        self.byteLimit = byteLimit
    }

    /// Copies what the mirror lacks of these commits and tags. False where that doesn't suit; then some may be copied.
    mutating func copy(_ ids: [ObjectID]) -> Bool {
        do {
            for id in ids { try copyHistory(id) }
            return true
        } catch {
            git_error_clear()
            return false
        }
    }

    /// Copies a commit or tag with its ancestors and their trees.
    private mutating func copyHistory(_ tip: ObjectID) throws(Unsuitable) {
        var pending = [(id: tip, isExpanded: false)]
        var seenCount = 0
        while let next = pending.popLast() {
            guard !isPresent(next.id) else { continue }
            let object = try read(next.id)
            let content = ObjectContent(object)
            if next.isExpanded || content.type == GIT_OBJECT_BLOB {
                try write(content, id: next.id)
            } else if content.type == GIT_OBJECT_TREE {
                try copyTree(next.id)
            } else {
                seenCount += 1
                guard seenCount <= objectLimit else { throw Unsuitable() }
                pending.append((next.id, true))
                let links = Self.links(content)
                if let tree = links.tree { try copyTree(tree) }
                pending += links.others.map { ($0, false) }
            }
        }
    }

    private mutating func copyTree(_ id: ObjectID) throws(Unsuitable) {
        guard id != .emptyTree, !isPresent(id) else { return }
        let object = try read(id)
        let content = ObjectContent(object)
        guard let entries = try? TreeEntry.parse(content.bytes, id: id) else { throw Unsuitable() }
        for entry in entries where entry.kind != .submodule && !isPresent(entry.id) {
            if entry.kind == .folder {
                try copyTree(entry.id)
            } else {
                let file = try read(entry.id)
                try write(ObjectContent(file), id: entry.id)
            }
        }
        try write(content, id: id)
    }

    /// What a commit or tag refers to by its header lines.
    private static func links(_ object: ObjectContent) -> (tree: ObjectID?, others: [ObjectID]) {
        var tree: ObjectID?
        var others: [ObjectID] = []
        for line in String(decoding: object.bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false) {
            if line.isEmpty { break }
            let words = line.split(separator: " ", maxSplits: 2)
            guard words.count == 2, let id = ObjectID(words[1]) else { continue }
            switch words[0] {
            case "tree": tree = id
            case "parent", "object": others.append(id)
            default: continue
            }
        }
        return (tree, others)
    }

    private func isPresent(_ id: ObjectID) -> Bool {
        var raw = id.raw
        // Without looking for new packs at each miss: fetches take turns, so nobody adds any meanwhile.
        return git_odb_exists_ext(mirror.objects.pointer, &raw, GIT_ODB_LOOKUP_NO_REFRESH.rawValue) == 1
    }

    private func read(_ id: ObjectID) throws(Unsuitable) -> GitHandle {
        var object: OpaquePointer?
        var raw = id.raw
        guard git_odb_read(&object, source.pointer, &raw) == 0, let object else { throw Unsuitable() }
        return GitHandle(object, freedBy: git_odb_object_free)
    }

    private mutating func write(_ content: ObjectContent, id: ObjectID) throws(Unsuitable) {
        objectCount += 1
        byteCount += content.bytes.count
        guard objectCount <= objectLimit, byteCount <= byteLimit else { throw Unsuitable() }
        var written = git_oid()
        let code = git_odb_write(
            &written, mirror.objects.pointer, content.bytes.baseAddress, content.bytes.count, content.type)
        guard code == 0, ObjectID(written) == id else { throw Unsuitable() }
    }
}
