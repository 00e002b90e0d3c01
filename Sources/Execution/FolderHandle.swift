internal import Glibc
internal import Synchronization

/// A folder that is held open. Whatever a job's processes do meanwhile to its name or to what lies around it, this
/// process reads and writes in the folder that it made, and through no symbolic link.
final class FolderHandle: Sendable {
    let path: String
    private let descriptor: Int32
    /// The permissions that the last file did not get which `make` asked for.
    private let masked = Atomic<mode_t>(0)

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

    /// Whether the path still leads to this folder.
    var isInPlace: Bool {
        var own = stat()
        var there = stat()
        return fstat(descriptor, &own) == 0 && lstat(path, &there) == 0 && own.st_ino == there.st_ino
            && own.st_dev == there.st_dev
    }

    /// Makes a file that is not there yet, for whomever this process's file creation mask lets have it: a job's container may
    /// run as another user, for whom its workplace opens the mask.
    func make(_ name: String, text: String = "", mode: UInt32 = 0o666) throws(ExecutionError) {
        let file = openat(descriptor, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
        guard file >= 0 else { throw Folder.failure("make", "\(path)/\(name)") }
        defer { close(file) }
        var status = stat()
        if fstat(file, &status) == 0 { masked.store(mode & ~status.st_mode, ordering: .relaxed) }
        guard Folder.write(text, to: file) else { throw Folder.failure("write", "\(path)/\(name)") }
    }

    /// Removes a file or a link, where there is one.
    func remove(_ name: String) { unlinkat(descriptor, name, 0) }

    /// Gives a file that this folder's owner made, and that is not needed any more, another name and another text.
    ///
    /// - Returns: false where that would reach somebody else, or leave the next one a file unlike a new one: it is held open, is
    ///   linked to elsewhere, was replaced, or has other permissions. It is removed then.
    func reuse(_ name: String, as newName: String, text: String, mode: UInt32 = 0o666) throws(ExecutionError) -> Bool {
        // By its new name nobody opens it yet: whoever is going to write to it has it open already.
        guard renameat(descriptor, name, descriptor, newName) == 0 else { return false }
        let file = openat(descriptor, newName, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard file >= 0 else {
            remove(newName)
            return false
        }
        defer { close(file) }
        guard isOnlyHere(file, mode) else {
            remove(newName)
            return false
        }
        guard ftruncate(file, 0) == 0, Folder.write(text, to: file) else { throw Folder.failure("write", "\(path)/\(newName)") }
        return true
    }

    /// Whether it is a regular file of this process's user as `make` made it, with one name, and nobody else has it open: the
    /// kernel gives a write lease for no other (`F_SETLEASE` in fcntl(2)). File systems without leases have none to give.
    private func isOnlyHere(_ file: Int32, _ mode: UInt32) -> Bool {
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_nlink == 1, status.st_uid == geteuid(),
            status.st_mode & 0o7777 == mode & ~masked.load(ordering: .relaxed),
            fcntl(file, Self.setLease, Int32(F_WRLCK)) == 0
        else { return false }
        return fcntl(file, Self.setLease, Int32(F_UNLCK)) == 0
    }

    /// `F_SETLEASE`, which Swift's Glibc doesn't have.
    private static let setLease: Int32 = 1024

    /// Lets every user make files in it.
    func openToAll() throws(ExecutionError) {
        guard fchmod(descriptor, 0o777) == 0 else { throw Folder.failure("open the folder to other users", path) }
    }

    /// Makes a named pipe and opens it for writing: whoever reads is at its end once this end is closed.
    func makePipe(_ name: String) throws(ExecutionError) -> Int32 {
        guard mkfifoat(descriptor, name, 0o666) == 0 else { throw Folder.failure("make the pipe", "\(path)/\(name)") }
        // For reading as well, since a pipe that nobody reads yet can't be opened otherwise without waiting.
        let pipe = openat(descriptor, name, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard pipe >= 0 else { throw Folder.failure("open the pipe", "\(path)/\(name)") }
        var status = stat()
        guard fstat(pipe, &status) == 0, status.st_mode & S_IFMT == S_IFIFO else {
            close(pipe)
            throw ExecutionError("\(path)/\(name) is no pipe any more")
        }
        return pipe
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
