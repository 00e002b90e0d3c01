internal import CProcesses
internal import Glibc

/// A lock on a file that says "the owner lives": the kernel gives it up when the owner ends, however it ends.
///
/// It belongs to the open file (fcntl(2), F_OFD_SETLK): a forked child shares it, a spawned process doesn't. Works between
/// processes and within one. On a network file system it is as good as that system's locks.
public final class FileLock: Sendable {
    public let path: String
    private let file: OwnedDescriptor

    /// The locked file, for those who store something in it.
    public var descriptor: Int32 { file.number }

    private init(path: String, file: OwnedDescriptor) {
        self.path = path
        self.file = file
    }

    /// Takes the lock and makes the file if it is missing; nil if another holds it.
    public static func tryLock(_ path: String) throws(ProcessError) -> FileLock? {
        let file = try OwnedDescriptor.open(path, O_RDWR | O_CREAT)
        let answer = slipway_lock(file.number)
        guard answer >= 0 else { throw .system("lock '\(path)'", code: errno) }
        return answer == 1 ? FileLock(path: path, file: file) : nil
    }

    /// Whether somebody holds it; a missing file is not locked. Asking doesn't take it, so it never gets in an owner's way.
    public static func isLocked(_ path: String) throws(ProcessError) -> Bool {
        do throws(ProcessError) {
            let file = try OwnedDescriptor.open(path, O_RDWR)
            let answer = slipway_lock_held(file.number)
            guard answer >= 0 else { throw .system("look at the lock '\(path)'", code: errno) }
            return answer == 1
        } catch  where error.code == ENOENT {
            return false
        }
    }

    /// The processes that have the file open, which is how a lock is held and shared; without this one, and without those of
    /// other users. Each is held by its pidfd, so that it can be signalled although pids are used again.
    public static func holders(of path: String) -> [ForkedProcess] {
        KernelFile.names(in: "/proc").compactMap { name in
            guard let pid = Int32(name), pid != getpid() else { return nil }
            return holder(of: path, pid: pid)
        }
    }

    /// The process of that pid, if it has the file open: then it is one of the lock's owner's, whatever the pid meant before.
    public static func holder(of path: String, pid: Int32) -> ForkedProcess? {
        var wanted = stat()
        // The handle first: what is then found in /proc is about the process that it means.
        guard stat(path, &wanted) == 0, let process = ForkedProcess(adopting: pid) else { return nil }
        let isHolder = KernelFile.names(in: "/proc/\(pid)/fd").contains { number in
            var found = stat()
            return stat("/proc/\(pid)/fd/\(number)", &found) == 0 && found.st_dev == wanted.st_dev
                && found.st_ino == wanted.st_ino
        }
        return isHolder && !process.hasEnded ? process : nil
    }

    /// Whether the path still names the locked file: somebody may have removed it before it was locked.
    public var isInPlace: Bool {
        var (named, held) = (stat(), stat())
        return stat(path, &named) == 0 && fstat(file.number, &held) == 0 && named.st_dev == held.st_dev
            && named.st_ino == held.st_ino
    }

    /// Gives it up before the object goes.
    public func unlock() { file.close() }
}
