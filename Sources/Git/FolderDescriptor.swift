internal import CLibGit2
internal import Glibc

/// An open folder. Everything below it is made relative to it and never through a symbolic link, so that neither a
/// hostile tree nor a process that swaps folders meanwhile can lead a checkout out of its place.
struct FolderDescriptor: ~Copyable {
    let descriptor: Int32
    /// For messages only.
    let path: String

    static let operation = "checking out"

    private init(descriptor: Int32, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit { close(descriptor) }

    /// Opens a folder by its path, which the caller trusts, and makes it where it doesn't exist.
    static func open(_ path: String) throws(GitError) -> FolderDescriptor {
        try FileContents.makeFolder(path, operation: operation)
        let descriptor = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system(errno, operation: operation, subject: path) }
        return FolderDescriptor(descriptor: descriptor, path: path)
    }

    /// Opens a folder in it; with `creating`, a new one where it doesn't exist. A symbolic link is an error.
    func folder(_ name: UnsafePointer<CChar>, creating: Creation) throws(GitError) -> FolderDescriptor {
        let place = "\(path)/\(String(cString: name))"
        if creating == .replacing, !hasFolder(name) { try remove(name) }
        if creating != .never, mkdirat(descriptor, name, 0o777) != 0, creating == .always || errno != EEXIST {
            throw .system(errno, operation: Self.operation, subject: place)
        }
        let opened = openat(descriptor, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard opened >= 0 else { throw .system(errno, operation: Self.operation, subject: place) }
        return FolderDescriptor(descriptor: opened, path: place)
    }

    /// Whether `folder` makes the folder: never, where it is missing, where it is missing or something else has its name, or
    /// always (then it is an error if it exists).
    enum Creation { case never, ifMissing, replacing, always }

    /// Makes an empty folder that nobody needs open.
    func makeFolder(_ name: UnsafePointer<CChar>) throws(GitError) {
        guard mkdirat(descriptor, name, 0o777) == 0 else { throw failure(name) }
    }

    /// Opens a file that must not exist yet.
    func createFile(_ name: UnsafePointer<CChar>, mode: mode_t = 0o666) throws(GitError) -> NewFile {
        let opened = openat(descriptor, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
        guard opened >= 0 else { throw failure(name) }
        return NewFile(descriptor: opened, path: path, name: name)
    }

    func write(_ bytes: UnsafeRawBufferPointer, to name: UnsafePointer<CChar>, mode: mode_t = 0o666) throws(GitError) {
        let file = try createFile(name, mode: mode)
        try file.write(bytes)
    }

    func write(_ text: String, to name: UnsafePointer<CChar>) throws(GitError) {
        let file = try createFile(name)
        let bytes = Array(text.utf8)
        try bytes.withBytes { bytes throws(GitError) in try file.write(bytes) }
    }

    /// Makes a symbolic link and says what the index notes of it.
    func makeLink(_ name: UnsafePointer<CChar>, target: UnsafeRawBufferPointer) throws(GitError) -> stat {
        let terminated = [UInt8](target) + [0]
        let made = terminated.withUnsafeBytes { symlinkat($0.bindMemory(to: CChar.self).baseAddress ?? name, descriptor, name) }
        var status = stat()
        guard made == 0, fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { throw failure(name) }
        return status
    }

    func rename(_ old: UnsafePointer<CChar>, to new: UnsafePointer<CChar>) throws(GitError) {
        guard renameat(descriptor, old, descriptor, new) == 0 else { throw failure(old) }
    }

    /// Copies one file of this folder into another folder, under the same name.
    func copyFile(
        _ name: [CChar], to target: borrowing FolderDescriptor, isCancelled: () -> Bool
    ) throws(GitError) {
        let source = openat(descriptor, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        guard source >= 0 else { throw failure(name) }
        defer { close(source) }
        var status = stat()
        guard fstat(source, &status) == 0 else { throw failure(name) }
        let file = try target.createFile(name, mode: 0o444)
        try file.copy(from: source, size: Int(status.st_size), isCancelled: isCancelled)
    }

    func failure(_ name: UnsafePointer<CChar>) -> GitError {
        .system(errno, operation: Self.operation, subject: "\(path)/\(String(cString: name))")
    }

    // MARK: Emptying

    /// The names in it, without `.` and `..`.
    func names() throws(GitError) -> [[CChar]] {
        // A descriptor of its own, since closing the stream closes it.
        let own = openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard own >= 0, let stream = fdopendir(own) else { throw .system(errno, operation: Self.operation, subject: path) }
        defer { closedir(stream) }
        var result: [[CChar]] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                tuple.withMemoryRebound(to: CChar.self, capacity: 256) {
                    Array(UnsafeBufferPointer(start: $0, count: strlen($0) + 1))
                }
            }
            if name == [46, 0] || name == [46, 46, 0] { continue }
            result.append(name)
        }
        return result
    }

    /// Removes everything in it but the names in `keeping`; links are removed, not followed.
    func removeContents(keeping: String? = nil) throws(GitError) {
        for name in try names() where keeping.map({ Array($0.utf8CString) != name }) ?? true {
            if unlinkat(descriptor, name, 0) == 0 { continue }
            guard errno == EISDIR || errno == EPERM || errno == EACCES else { throw failure(name) }
            // A job may have left folders that even their owner can't write.
            fchmod(descriptor, 0o755)
            if unlinkat(descriptor, name, 0) == 0 { continue }
            guard errno == EISDIR || errno == EPERM else { throw failure(name) }
            if unlinkat(descriptor, name, AT_REMOVEDIR) == 0 { continue }
            openToOwner(name)
            try folder(name, creating: .never).removeContents()
            guard unlinkat(descriptor, name, AT_REMOVEDIR) == 0 else { throw failure(name) }
        }
    }

    /// Lets its owner into a folder that a job has closed. A link that took its place meanwhile is left alone, with what it
    /// points to: the mode is set on what was opened (proc(5)), as fchmodat(2) would follow the link.
    private func openToOwner(_ name: UnsafePointer<CChar>) {
        let handle = openat(descriptor, name, __O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard handle >= 0 else { return }
        chmod("/proc/self/fd/\(handle)", 0o755)
        close(handle)
    }
}

/// A file that is being written.
struct NewFile: ~Copyable {
    let descriptor: Int32
    private let folder: String
    private let name: String

    init(descriptor: Int32, path: String, name: UnsafePointer<CChar>) {
        self.descriptor = descriptor
        self.folder = path
        self.name = String(cString: name)
    }

    deinit { close(descriptor) }

    func write(_ bytes: UnsafeRawBufferPointer) throws(GitError) {
        let number = FileContents.writeAll(bytes, to: descriptor)
        guard number == 0 else { throw failure(number) }
    }

    /// Replaces bytes that were written already.
    func overwrite(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(GitError) {
        guard pwrite(descriptor, bytes.baseAddress, bytes.count, off_t(offset)) == bytes.count else { throw failure(errno) }
    }

    /// Reads from a position; fewer bytes than the buffer has only at the end.
    func read(into buffer: inout [UInt8], at offset: Int) throws(GitError) -> Int {
        let got = pread(descriptor, &buffer, buffer.count, off_t(offset))
        guard got >= 0 else { throw failure(errno) }
        return got
    }

    func status() throws(GitError) -> stat {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure(errno) }
        return status
    }

    /// Fills it with another file's content; file systems that can share blocks do.
    func copy(from source: Int32, size: Int, isCancelled: () -> Bool) throws(GitError) {
        var copied = 0
        while copied < size {
            if isCancelled() { throw .cancelled(operation: FolderDescriptor.operation, subject: "\(folder)/\(name)") }
            let count = slipway_copy_file_range(source, descriptor, min(size - copied, 64 << 20))
            if count > 0 {
                copied += count
                continue
            }
            guard count < 0, errno == EXDEV || errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP else {
                throw failure(count == 0 ? EIO : errno)
            }
            return try copyThroughMemory(from: source, isCancelled: isCancelled)
        }
    }

    private func copyThroughMemory(from source: Int32, isCancelled: () -> Bool) throws(GitError) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
        defer { buffer.deallocate() }
        while true {
            if isCancelled() { throw .cancelled(operation: FolderDescriptor.operation, subject: "\(folder)/\(name)") }
            let count = Glibc.read(source, buffer.baseAddress, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure(errno) }
            if count == 0 { return }
            try write(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
    }

    private func failure(_ number: Int32) -> GitError {
        .system(number, operation: FolderDescriptor.operation, subject: "\(folder)/\(name)")
    }
}
