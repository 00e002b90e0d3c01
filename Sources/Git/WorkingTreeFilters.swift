internal import CLibGit2

/// The conversions of a commit's `.gitattributes` on the way to the working tree: line ends (`text`, `eol`) and `$Id$`.
///
/// They are libgit2's own, done in memory. No program that an attribute or a configuration names is run, and attributes are
/// read from the commit alone.
struct WorkingTreeFilters {
    let mirror: Mirror
    let commit: ObjectID

    /// Whether a `.gitattributes` file asks for a conversion that changes anything on this system.
    static func areWanted(by attributes: UnsafeRawBufferPointer) -> Bool {
        let text = String(decoding: attributes, as: UTF8.self)
        return text.contains("crlf") || text.contains("ident")
    }

    /// Whether it asks for what is not done here.
    static func areBeyond(_ attributes: UnsafeRawBufferPointer) -> Bool {
        String(decoding: attributes, as: UTF8.self).contains("working-tree-encoding")
    }

    /// A file's content as it is laid out; nil where it is laid out as it is stored.
    ///
    /// - Parameter path: from the root, with a zero at the end.
    func content(of id: ObjectID, at path: [CChar]) throws(GitError) -> [UInt8]? {
        let repository = mirror.repository
        var raw = id.raw
        let blob = try GitHandle.make(FolderDescriptor.operation, on: "\(id)", freedBy: git_blob_free) {
            git_blob_lookup($0, repository, &raw)
        }
        var options = git_filter_options()
        options.version = UInt32(GIT_FILTER_OPTIONS_VERSION)
        options.flags = GIT_FILTER_ATTRIBUTES_FROM_COMMIT.rawValue | GIT_FILTER_NO_SYSTEM_ATTRIBUTES.rawValue
        options.attr_commit_id = commit.raw
        var list: OpaquePointer?
        let loaded = git_filter_list_load_ext(&list, repository, blob.pointer, path, GIT_FILTER_TO_WORKTREE, &options)
        try check(loaded, path)
        guard let list else { return nil }
        defer { git_filter_list_free(list) }
        var buffer = git_buf()
        defer { git_buf_dispose(&buffer) }
        try check(git_filter_list_apply_to_blob(&buffer, list, blob.pointer), path)
        return [UInt8](UnsafeRawBufferPointer(start: buffer.ptr, count: buffer.size))
    }

    private func check(_ code: Int32, _ path: [CChar]) throws(GitError) {
        guard code < 0 else { return }
        let name = String(decoding: path.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        throw GitError(code: code, operation: FolderDescriptor.operation, subject: name)
    }
}
