internal import CLibGit2
internal import Glibc

extension Mirror {
    /// Lays a commit out in a folder, as a working tree with its own `.git`, for a job that doesn't see the mirror.
    ///
    /// `git status`, `log`, `diff` and `describe` work in it. Nothing of it depends on the mirror later: objects are copied.
    /// No hook and no filter of a configuration runs, and no credential is written. Submodules and LFS contents are reported,
    /// not fetched.
    ///
    /// The folder is made where it doesn't exist. After an error it holds part of a checkout. `isCancelled` is asked often; once
    /// it says so, the checkout ends with `GitError.Kind.cancelled`.
    public func checkout(
        _ commit: ObjectID, into folder: String, options: CheckoutOptions = CheckoutOptions(),
        isCancelled: @escaping () -> Bool = { false }
    ) throws(GitError) -> CheckoutReport {
        let root = try FolderDescriptor.open(folder)
        let target = try Self.descend(from: root, path: options.path)
        guard !options.removesExistingContents, target.hasFolder(".git") else {
            try target.removeContents()
            return try write(commit, into: target, options: options, replacing: nil, isCancelled: isCancelled)
        }
        let former = try target.trackedPaths()
        try target.remove(".git")
        return try write(commit, into: target, options: options, replacing: former, isCancelled: isCancelled)
    }

    private static func descend(from root: borrowing FolderDescriptor, path: String) throws(GitError) -> FolderDescriptor {
        var current = try root.folder(".", creating: .never)
        for part in path.split(separator: "/") where part != "." {
            guard part != ".." else {
                throw GitError(
                    .io, operation: FolderDescriptor.operation, subject: path, reason: "the path leaves the workspace",
                    remedy: "Name a folder below the workspace.")
            }
            let next = try current.folder(String(part), creating: .ifMissing)
            current = next
        }
        return current
    }

    /// - Parameter former: the files of the checkout that this one goes over; nil: the folder is empty.
    private func write(
        _ commit: ObjectID, into target: borrowing FolderDescriptor, options: CheckoutOptions, replacing former: [[UInt8]]?,
        isCancelled: @escaping () -> Bool
    ) throws(GitError) -> CheckoutReport {
        let tree = try self.commit(commit).tree
        let metadataFolder = try target.folder(".git", creating: .always)
        let objectFolder = try metadataFolder.folder("objects", creating: .always)
        let isWhole = options.depth == 0
        var metadata = CheckoutMetadata(commit: commit, options: options, originURL: try originURL(options))
        metadata.tagObject = try tagObject(options.reference, commit: commit)

        let pack = PackWriter(folder: try objectFolder.folder("pack", creating: .always), isDiscarding: isWhole)
        let sparse = try options.sparse.map { sparse throws(GitError) in try SparseSelection(sparse, tree: tree, in: self) }
        var writer = WorkingTreeWriter(
            mirror: self, pack: pack, commit: commit,
            rules: .init(
                fileLimit: options.fileLimit, sparse: sparse, replaces: former != nil, isCancelled: isCancelled))
        try writer.write(tree: tree, into: target)
        if isWhole {
            metadata.mirrored = try references()
            try copyObjects(into: objectFolder, isCancelled: isCancelled)
        } else {
            if options.includesTags { metadata.mirrored = try tagsOfCommits() }
            var history = HistoryPacker(mirror: self, isCancelled: isCancelled)
            try history.add(commit: commit, depth: options.depth, to: &writer.pack)
            for tag in metadata.mirrored { try history.add(tag: tag.target, depth: options.depth, to: &writer.pack) }
            if let tag = metadata.tagObject { try history.addObject(tag, to: &writer.pack) }
            metadata.boundary = history.boundary
            try writer.pack.finish()
        }
        for path in former ?? [] where !writer.paths.contains(path) { try target.removeFile(at: path) }
        try metadata.write(into: metadataFolder)
        // The index comes last: git reads a file again that is younger than the index.
        try writer.writeIndex(into: metadataFolder)
        return writer.report
    }

    private func tagsOfCommits() throws(GitError) -> [Reference] {
        var tags: [Reference] = []
        for tag in try references() where tag.name.hasPrefix("refs/tags/") {
            if try peeled(tag.target) != nil { tags.append(tag) }
        }
        return tags
    }

    private func originURL(_ options: CheckoutOptions) throws(GitError) -> String? {
        guard let text = options.originURL else { return remote?.text }
        // Reading it drops a password that stands in it.
        return try RemoteAddress(parsing: text).text
    }

    /// The object of an annotated tag, if the tag still names this commit.
    private func tagObject(_ reference: String?, commit: ObjectID) throws(GitError) -> ObjectID? {
        guard let reference, reference.hasPrefix("refs/tags/"), let tag = try target(of: reference), tag != commit else {
            return nil
        }
        return try peeled(tag) == commit ? tag : nil
    }

    /// Copies every object of the mirror: its packs and its loose objects, as they are.
    private func copyObjects(
        into folder: borrowing FolderDescriptor, isCancelled: () -> Bool
    ) throws(GitError) {
        let packFolder = try folder.folder("pack", creating: .ifMissing)
        let metadataPath = git_repository_path(repository).map { String(cString: $0) } ?? "\(path)/"
        let source = try FolderDescriptor.open("\(metadataPath)objects")
        for name in try source.names() where name.count == 3 {
            let loose = try source.folder(name, creating: .never)
            let copy = try folder.folder(name, creating: .always)
            for object in try loose.names() where object.count == 39 {
                try loose.copyFile(object, to: copy, isCancelled: isCancelled)
            }
        }
        let packs = try source.folder("pack", creating: .ifMissing)
        // An index comes after its pack here as with git: whoever sees the index may rely on the pack.
        for index in try packs.names() {
            let name = String(decoding: index.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
            guard name.hasPrefix("pack-"), name.hasSuffix(".idx") else { continue }
            try packs.copyFile("\(name.dropLast(4)).pack".utf8CString.map(\.self), to: packFolder, isCancelled: isCancelled)
            try packs.copyFile(index, to: packFolder, isCancelled: isCancelled)
        }
    }
}
