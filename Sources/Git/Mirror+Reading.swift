internal import CLibGit2

extension Mirror {
    /// The commit that a revision names: a branch, a tag, an id or its beginning, `main~2`, `refs/…`; nil where it names none.
    ///
    /// Annotated tags are followed to their commit.
    public func resolve(_ revision: String) throws(GitError) -> ObjectID? {
        if let id = ObjectID(revision) { return try peeled(id) }
        let repository = self.repository
        var object: OpaquePointer?
        let code = git_revparse_single(&object, repository, revision)
        let absent = [GIT_ENOTFOUND, GIT_EINVALIDSPEC, GIT_EAMBIGUOUS, GIT_EPEEL].map(\.rawValue)
        if absent.contains(code) { return nil }
        guard code == 0, let object else {
            throw GitError(code: code, operation: "resolving a revision", subject: "'\(revision)' in \(path)")
        }
        let owner = GitHandle(object, freedBy: git_object_free)
        return try commitID(of: owner.pointer)
    }

    /// The commit of a commit or of an annotated tag; nil for other objects and unknown ids.
    public func peeled(_ id: ObjectID) throws(GitError) -> ObjectID? {
        let repository = self.repository
        var raw = id.raw
        let object = try GitHandle.find("reading an object", on: "\(id) in \(path)", freedBy: git_object_free) {
            git_object_lookup($0, repository, &raw, GIT_OBJECT_ANY)
        }
        switch consume object {
        case .some(let object): return try commitID(of: object.pointer)
        case .none: return nil
        }
    }

    private func commitID(of object: OpaquePointer) throws(GitError) -> ObjectID? {
        if git_object_type(object) == GIT_OBJECT_COMMIT { return git_object_id(object).map { ObjectID($0.pointee) } }
        var peeled: OpaquePointer?
        guard git_object_peel(&peeled, object, GIT_OBJECT_COMMIT) == 0, let peeled else { return nil }
        let owner = GitHandle(peeled, freedBy: git_object_free)
        return git_object_id(owner.pointer).map { ObjectID($0.pointee) }
    }

    /// Reads a commit; an unknown id is an error of kind `notFound`.
    public func commit(_ id: ObjectID) throws(GitError) -> Commit {
        let commit = try lookUpCommit(id)
        let pointer = commit.pointer
        let parents = (0..<git_commit_parentcount(pointer)).compactMap { index in
            git_commit_parent_id(pointer, index).map { ObjectID($0.pointee) }
        }
        return Commit(
            id: id, message: git_commit_message(pointer).map { String(cString: $0) } ?? "",
            author: Self.signature(git_commit_author(pointer)), committer: Self.signature(git_commit_committer(pointer)),
            tree: git_commit_tree_id(pointer).map { ObjectID($0.pointee) } ?? .emptyTree, parents: parents)
    }

    private static func signature(_ raw: UnsafePointer<git_signature>?) -> Commit.Signature {
        guard let raw = raw?.pointee else { return Commit.Signature(name: "", email: "", time: 0, offsetMinutes: 0) }
        return Commit.Signature(
            name: raw.name.map { String(cString: $0) } ?? "", email: raw.email.map { String(cString: $0) } ?? "",
            time: raw.when.time, offsetMinutes: Int(raw.when.offset))
    }

    /// The bytes of a file; nil where the commit has no file of that path (a folder or submodule is none either).
    public func file(at filePath: String, in commit: ObjectID) throws(GitError) -> [UInt8]? {
        let tree = try lookUpTree(of: commit)
        guard let entry = try entry(at: filePath, under: tree.pointer, commit: commit) else { return nil }
        guard entry.type == GIT_OBJECT_BLOB else { return nil }
        return try bytes(of: entry.id)
    }

    /// The files directly in a folder whose names end in one of the extensions (no dot), in the order of their names.
    ///
    /// Symbolic links are not followed and not listed. A folder that isn't there has no files.
    public func files(
        under folder: String, in commit: ObjectID, matching extensions: [String]
    ) throws(GitError) -> [(path: String, bytes: [UInt8])] {
        let root = try lookUpTree(of: commit)
        guard let entry = try entry(at: folder, under: root.pointer, commit: commit), entry.type == GIT_OBJECT_TREE else {
            return []
        }
        let tree = try lookUpTree(id: entry.id)
        var result: [(path: String, bytes: [UInt8])] = []
        for index in 0..<git_tree_entrycount(tree.pointer) {
            guard let item = git_tree_entry_byindex(tree.pointer, index), let rawName = git_tree_entry_name(item) else {
                continue
            }
            let mode = git_tree_entry_filemode(item)
            guard mode == GIT_FILEMODE_BLOB || mode == GIT_FILEMODE_BLOB_EXECUTABLE else { continue }
            let name = String(cString: rawName)
            guard extensions.isEmpty || extensions.contains(where: { name.hasSuffix(".\($0)") }) else { continue }
            guard let id = git_tree_entry_id(item) else { continue }
            result.append(("\(folder)/\(name)", try bytes(of: ObjectID(id.pointee))))
        }
        return result
    }

    /// Whether the commit has a file, folder or submodule of that path.
    public func treeEntryExists(at entryPath: String, in commit: ObjectID) throws(GitError) -> Bool {
        let tree = try lookUpTree(of: commit)
        return try entry(at: entryPath, under: tree.pointer, commit: commit) != nil
    }

    /// What the object of an annotated tag names; nil for an object that is none.
    func tagTarget(of id: ObjectID) throws(GitError) -> ObjectID? {
        let object = try readObject(id)
        let content = ObjectContent(object)
        guard content.type == GIT_OBJECT_TAG else { return nil }
        let line = content.bytes.prefix { $0 != UInt8(ascii: "\n") }
        return ObjectID(String(decoding: line, as: UTF8.self).dropFirst("object ".count))
    }

    /// The commit of the submodule at a path; nil where there is none.
    func submodule(at entryPath: String, in commit: ObjectID) throws(GitError) -> ObjectID? {
        let tree = try lookUpTree(of: commit)
        guard let entry = try entry(at: entryPath, under: tree.pointer, commit: commit), entry.type == GIT_OBJECT_COMMIT else {
            return nil
        }
        return entry.id
    }

    // MARK: Objects

    private func entry(
        at path: String, under tree: OpaquePointer, commit: ObjectID
    ) throws(GitError) -> (id: ObjectID, type: git_object_t)? {
        let entry = try GitHandle.find("reading a tree", on: "\(path) in \(commit)", freedBy: git_tree_entry_free) {
            git_tree_entry_bypath($0, tree, path)
        }
        switch consume entry {
        case .some(let entry):
            guard let id = git_tree_entry_id(entry.pointer) else { return nil }
            return (ObjectID(id.pointee), git_tree_entry_type(entry.pointer))
        case .none: return nil
        }
    }

    func lookUpCommit(_ id: ObjectID) throws(GitError) -> GitHandle {
        let repository = self.repository
        var raw = id.raw
        return try GitHandle.make("reading a commit", on: "\(id) in \(path)", freedBy: git_commit_free) {
            git_commit_lookup($0, repository, &raw)
        }
    }

    func lookUpTree(of commit: ObjectID) throws(GitError) -> GitHandle {
        let commit = try lookUpCommit(commit)
        let pointer = commit.pointer
        return try GitHandle.make("reading a tree", on: path, freedBy: git_tree_free) { git_commit_tree($0, pointer) }
    }

    private func lookUpTree(id: ObjectID) throws(GitError) -> GitHandle {
        let repository = self.repository
        var raw = id.raw
        return try GitHandle.make("reading a tree", on: "\(id) in \(path)", freedBy: git_tree_free) {
            git_tree_lookup($0, repository, &raw)
        }
    }

    private func bytes(of id: ObjectID) throws(GitError) -> [UInt8] {
        let object = try readObject(id)
        return [UInt8](ObjectContent(object).bytes)
    }

    /// Reads an object of any type; `ObjectContent` shows what is in it.
    func readObject(_ id: ObjectID) throws(GitError) -> GitHandle {
        let database = objects.pointer
        var raw = id.raw
        return try GitHandle.make("reading an object", on: "\(id) in \(path)", freedBy: git_odb_object_free) {
            git_odb_read($0, database, &raw)
        }
    }
}

/// The type and bytes of an object, valid only as long as its handle.
struct ObjectContent {
    let type: git_object_t
    let bytes: UnsafeRawBufferPointer

    init(_ object: borrowing GitHandle) {
        type = git_odb_object_type(object.pointer)
        bytes = UnsafeRawBufferPointer(start: git_odb_object_data(object.pointer), count: git_odb_object_size(object.pointer))
    }
}
