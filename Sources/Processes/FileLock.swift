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

    /// Gives it up before the object goes.
    public func unlock() { file.close() }
}
