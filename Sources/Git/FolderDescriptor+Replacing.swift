internal import CLibGit2
internal import Glibc

// For a checkout that goes over what is there already. Nothing here follows a symbolic link.
extension FolderDescriptor {
    /// Whether there is a folder of that name.
    func hasFolder(_ name: UnsafePointer<CChar>) -> Bool {
        var status = stat()
        return fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Removes whatever has that name, if anything.
    func remove(_ name: UnsafePointer<CChar>) throws(GitError) {
        if unlinkat(descriptor, name, 0) == 0 || errno == ENOENT { return }
        guard errno == EISDIR || errno == EPERM, hasFolder(name) else { throw failure(name) }
        try folder(name, creating: .never).removeContents()
        guard unlinkat(descriptor, name, AT_REMOVEDIR) == 0 else { throw failure(name) }
    }

    /// Removes a file below this folder, and the folders that are empty then. What is not there, or is a folder, or is reached
    /// through a link, stays as it is.
    func removeFile(at path: [UInt8]) throws(GitError) {
        let parts = path.split(separator: UInt8(ascii: "/"), maxSplits: 1)
        guard let first = parts.first, first != [UInt8(ascii: "."), UInt8(ascii: ".")] else { return }
        let name = first.map(CChar.init(bitPattern:)) + [0]
        guard parts.count > 1 else {
            unlinkat(descriptor, name, 0)
            return
        }
        guard hasFolder(name) else { return }
        try folder(name, creating: .never).removeFile(at: Array(parts[1]))
        unlinkat(descriptor, name, AT_REMOVEDIR)
    }

    /// The files that the index in a checkout's `.git` names. A job could write to it: only names are taken from it.
    func trackedPaths() throws(GitError) -> [[UInt8]] {
        let metadata = try folder(".git", creating: .never)
        let place = "/proc/self/fd/\(metadata.descriptor)/index"
        defer { withExtendedLifetime(metadata) {} }
        guard access(place, F_OK) == 0 else { return [] }
        let index = try GitHandle.make(Self.operation, on: "\(path)/.git/index", freedBy: git_index_free) {
            git_index_open($0, place)
        }
        return (0..<git_index_entrycount(index.pointer)).compactMap { position in
            git_index_get_byindex(index.pointer, position)?.pointee.path.map { name in
                [UInt8](UnsafeRawBufferPointer(start: name, count: strlen(name)))
            }
        }
    }
}
