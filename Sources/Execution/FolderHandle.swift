internal import Glibc

/// A folder that is held open. Whatever a job's processes do meanwhile to its name or to what lies around it, this
/// process reads and writes in the folder that it made, and through no symbolic link.
final class FolderHandle {
    let path: String
    private let descriptor: Int32

    /// Makes the folder.
    ///
    /// - Returns: nil where something of that name is there already.
    /// - Throws: `ExecutionError` where it can't be made.
    init?(making path: String) throws(ExecutionError) {
        self.path = path
        guard mkdir(path, 0o777) == 0 else {
            if errno == EEXIST { return nil }
            throw Folder.failure("make the folder", path)
        }
        descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { throw Folder.failure("open the folder", path) }
    }

    deinit { close(descriptor) }

    /// Makes a file that is not there yet, for whomever this process's file creation mask lets have it: a job's container may
    /// run as another user, for whom its workplace opens the mask.
    func make(_ name: String, text: String = "", mode: UInt32 = 0o666) throws(ExecutionError) {
        let file = openat(descriptor, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
        guard file >= 0 else { throw Folder.failure("make", "\(path)/\(name)") }
        defer { close(file) }
        guard Folder.write(text, to: file) else { throw Folder.failure("write", "\(path)/\(name)") }
    }

    /// The text of a file, as `Folder.read` gives it.
    func read(_ name: String, limit: Int) throws(ExecutionError) -> String {
        let file = openat(descriptor, name, Folder.readingFlags)
        guard file >= 0 else {
            if errno == ENOENT { return "" }
            throw Folder.failure("read", "\(path)/\(name)")
        }
        defer { close(file) }
        return try Folder.text(of: file, path: "\(path)/\(name)", limit: limit)
    }
}
