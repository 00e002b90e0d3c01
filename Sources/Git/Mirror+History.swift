internal import CLibGit2

extension Mirror {
    /// The commits that a push brought to a branch: those on the line of first parents that leads to `new` and can't be
    /// reached from `old`, oldest first.
    ///
    /// Where there are more than `limit`, the newest ones. With `old` nil or unknown here, the line goes back to its start.
    /// After a force push the line ends where old and new history part.
    public func firstParentCommits(from old: ObjectID?, to new: ObjectID, limit: Int) throws(GitError) -> [ObjectID] {
        guard let start = try peeled(new) else { return [] }
        let end = try old.flatMap { id throws(GitError) in try peeled(id) }
        var commits: [ObjectID] = []
        var next: ObjectID? = start
        while let id = next, id != end, commits.count < limit {
            commits.append(id)
            let commit = try lookUpCommit(id)
            next = git_commit_parent_id(commit.pointer, 0).map { ObjectID($0.pointee) }
        }
        // The usual push ends at its old commit. After others it takes a look at both histories to see where they part.
        if let end, next != end { commits = try unreachable(from: end, among: commits, of: start) }
        return commits.reversed()
    }

    /// Those commits of a line of first parents, newest first, that `old` does not contain.
    private func unreachable(
        from old: ObjectID, among line: [ObjectID], of new: ObjectID
    ) throws(GitError) -> [ObjectID] {
        let repository = self.repository
        let subject = "\(new) in \(path)"
        let walk = try GitHandle.make("reading the history", on: subject, freedBy: git_revwalk_free) {
            git_revwalk_new($0, repository)
        }
        git_revwalk_simplify_first_parent(walk.pointer)
        var (start, hidden) = (new.raw, old.raw)
        var code = git_revwalk_push(walk.pointer, &start)
        if code == 0 { code = git_revwalk_hide(walk.pointer, &hidden) }
        var fresh: Set<ObjectID> = []
        var id = git_oid()
        while code == 0 {
            code = git_revwalk_next(&id, walk.pointer)
            if code == 0 { fresh.insert(ObjectID(id)) }
        }
        guard code == GIT_ITEROVER.rawValue else {
            throw GitError(code: code, operation: "reading the history", subject: subject)
        }
        return line.filter(fresh.contains)
    }

    /// Whether `commit`'s history contains `ancestor`; every commit is its own ancestor here.
    ///
    /// What is no commit of this mirror is nobody's ancestor.
    public func isAncestor(_ ancestor: ObjectID, of commit: ObjectID) throws(GitError) -> Bool {
        guard let ancestor = try peeled(ancestor), let commit = try peeled(commit) else { return false }
        if ancestor == commit { return true }
        var (newer, older) = (commit.raw, ancestor.raw)
        let code = git_graph_descendant_of(repository, &newer, &older)
        guard code >= 0 else { throw GitError(code: code, operation: "reading the history", subject: "\(commit) in \(path)") }
        return code == 1
    }

    /// The newest commit that both histories have; nil where they have none in common, or one is no commit of this mirror.
    public func mergeBase(of one: ObjectID, and other: ObjectID) throws(GitError) -> ObjectID? {
        guard let first = try peeled(one), let second = try peeled(other) else { return nil }
        var (left, right, base) = (first.raw, second.raw, git_oid())
        let code = git_merge_base(&base, repository, &left, &right)
        guard code != GIT_ENOTFOUND.rawValue else { return nil }
        guard code == 0 else {
            throw GitError(code: code, operation: "reading the history", subject: "\(one) and \(other) in \(path)")
        }
        return ObjectID(base)
    }

    /// The paths that differ between two commits, in the order of the tree; all of `new`'s files where `old` is nil.
    ///
    /// Nil where there are more than `limit`. Renames count as their two paths. Bytes of a path that are not UTF-8 are replaced.
    public func changedPaths(from old: ObjectID?, to new: ObjectID, limit: Int = 3000) throws(GitError) -> [String]? {
        let newTree = try lookUpTree(of: new)
        guard let old else { return try changedPaths(fromTree: nil, toTree: newTree.pointer, limit: limit) }
        let oldTree = try lookUpTree(of: old)
        return try changedPaths(fromTree: oldTree.pointer, toTree: newTree.pointer, limit: limit)
    }

    private func changedPaths(
        fromTree old: OpaquePointer?, toTree new: OpaquePointer, limit: Int
    ) throws(GitError) -> [String]? {
        let repository = self.repository
        var options = git_diff_options()
        git_diff_options_init(&options, UInt32(GIT_DIFF_OPTIONS_VERSION))
        options.flags = GIT_DIFF_SKIP_BINARY_CHECK.rawValue | GIT_DIFF_INCLUDE_TYPECHANGE.rawValue
        options.ignore_submodules = GIT_SUBMODULE_IGNORE_NONE
        let diff = try GitHandle.make("comparing commits", on: path, freedBy: git_diff_free) {
            git_diff_tree_to_tree($0, repository, old, new, &options)
        }
        let count = git_diff_num_deltas(diff.pointer)
        guard count <= limit else { return nil }
        return (0..<count).compactMap { index in
            guard let delta = git_diff_get_delta(diff.pointer, index)?.pointee else { return nil }
            return (delta.new_file.path ?? delta.old_file.path).map { String(cString: $0) }
        }
    }
}
