internal import CLibGit2

/// How a repository's working tree differs from its HEAD. Paths from the repository's root.
public struct WorkingTreeChanges: Sendable, Hashable {
    /// Files that are new, also ones that were never added, or have other contents. Ignored files are not among them.
    public var changed: [String] = []
    public var deleted: [String] = []

    public init() {}
}

extension Mirror {
    /// What is in the working tree of a repository opened for reading, but not in its HEAD; staged or not.
    public func workingTreeChanges() throws(GitError) -> WorkingTreeChanges {
        var options = git_status_options()
        git_status_options_init(&options, UInt32(GIT_STATUS_OPTIONS_VERSION))
        options.show = GIT_STATUS_SHOW_INDEX_AND_WORKDIR
        options.flags = GIT_STATUS_OPT_INCLUDE_UNTRACKED.rawValue | GIT_STATUS_OPT_RECURSE_UNTRACKED_DIRS.rawValue
        let repository = repository
        let list = try GitHandle.make("reading the working tree", on: path, freedBy: git_status_list_free) {
            git_status_list_new($0, repository, &options)
        }
        var changes = WorkingTreeChanges()
        for index in 0..<git_status_list_entrycount(list.pointer) {
            guard let entry = git_status_byindex(list.pointer, index)?.pointee,
                let delta = entry.index_to_workdir ?? entry.head_to_index,
                let name = delta.pointee.new_file.path ?? delta.pointee.old_file.path
            else { continue }
            let isDeleted = entry.status.rawValue & (GIT_STATUS_WT_DELETED.rawValue | GIT_STATUS_INDEX_DELETED.rawValue) != 0
            if isDeleted { changes.deleted.append(String(cString: name)) } else { changes.changed.append(String(cString: name)) }
        }
        return changes
    }
}

extension Mirror {
    /// The full name of the branch that a working tree is on; nil for a detached HEAD.
    public func headBranch() throws(GitError) -> String? {
        let repository = repository
        let head = try GitHandle.find("reading HEAD", on: path, freedBy: git_reference_free) {
            git_repository_head($0, repository)
        }
        switch consume head {
        case .some(let head):
            guard git_reference_is_branch(head.pointer) == 1, let name = git_reference_name(head.pointer) else { return nil }
            return String(cString: name)
        case .none: return nil
        }
    }
}
