internal import CLibGit2

/// Adds history to a pack: the commits of a few generations and all that they need.
struct HistoryPacker {
    private let mirror: Mirror
    private let isCancelled: () -> Bool
    private var ends: Set<ObjectID> = []

    /// The commits whose parents are left out: the lines of `.git/shallow`.
    var boundary: [ObjectID] { ends.sorted() }

    init(mirror: Mirror, isCancelled: @escaping () -> Bool) {
        self.mirror = mirror
        self.isCancelled = isCancelled
    }

    /// Adds `depth` generations of commits, with their trees and files.
    mutating func add(
        commit: ObjectID, depth: Int, to pack: inout PackWriter
    ) throws(GitError) {
        var seen: Set<ObjectID> = [commit]
        var generation = [commit]
        for number in 1...max(depth, 1) {
            var next: [ObjectID] = []
            for id in generation {
                let commit = try mirror.commit(id)
                try addObject(id, to: &pack)
                try addTree(commit.tree, to: &pack)
                if number == depth {
                    if !commit.parents.isEmpty { ends.insert(id) }
                } else {
                    next += commit.parents.filter { seen.insert($0).inserted }
                }
            }
            generation = next
            if generation.isEmpty { break }
        }
    }

    /// Adds a tag of a commit: its object, if it has one of its own, and the commit with its history.
    mutating func add(tag: ObjectID, depth: Int, to pack: inout PackWriter) throws(GitError) {
        var next: ObjectID? = tag
        while let id = next {
            guard let target = try mirror.tagTarget(of: id) else { return try add(commit: id, depth: depth, to: &pack) }
            try addObject(id, to: &pack)
            next = target
        }
    }

    private func addTree(_ tree: ObjectID, to pack: inout PackWriter) throws(GitError) {
        guard tree != .emptyTree, !pack.contains(tree) else { return }
        if isCancelled() { throw .cancelled(operation: FolderDescriptor.operation, subject: mirror.path) }
        let object = try mirror.readObject(tree)
        let content = ObjectContent(object)
        try pack.add(tree, content)
        let entries = try TreeEntry.parse(content.bytes, id: tree)
        for entry in entries where !pack.contains(entry.id) {
            switch entry.kind {
            case .submodule: continue
            case .folder: try addTree(entry.id, to: &pack)
            case .file, .executable, .link: try addObject(entry.id, to: &pack)
            }
        }
    }

    /// Adds one object as it is: a commit, a file, or a tag.
    func addObject(_ id: ObjectID, to pack: inout PackWriter) throws(GitError) {
        let object = try mirror.readObject(id)
        try pack.add(id, ObjectContent(object))
    }
}
