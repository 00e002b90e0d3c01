internal import CLibGit2

extension Mirror {
    /// The commits that are in the history of one and not of the other, the newest first.
    ///
    /// - Parameter limit: how many are read at most.
    /// - Throws: `notFound` where one of the two is not there.
    public func commits(of tip: ObjectID, notOf base: ObjectID, limit: Int) throws(GitError) -> [Commit] {
        let repository = self.repository
        let subject = "\(base)..\(tip) in \(path)"
        let walk = try GitHandle.make("walking a history", on: subject, freedBy: git_revwalk_free) {
            git_revwalk_new($0, repository)
        }
        let pointer = walk.pointer
        git_revwalk_sorting(pointer, GIT_SORT_TOPOLOGICAL.rawValue | GIT_SORT_TIME.rawValue)
        var (included, excluded) = (tip.raw, base.raw)
        var code = git_revwalk_push(pointer, &included)
        if code == 0 { code = git_revwalk_hide(pointer, &excluded) }
        guard code == 0 else { throw GitError(code: code, operation: "walking a history", subject: subject) }
        var commits: [Commit] = []
        var id = git_oid()
        while commits.count < limit {
            code = git_revwalk_next(&id, pointer)
            if code == GIT_ITEROVER.rawValue { break }
            guard code == 0 else { throw GitError(code: code, operation: "walking a history", subject: subject) }
            commits.append(try commit(ObjectID(id)))
        }
        return commits
    }
}
