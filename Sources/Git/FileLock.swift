internal import Glibc

/// An exclusive lock between processes, freed with the value or by the kernel when the process dies.
struct FileLock: ~Copyable {
    private let descriptor: Int32

    /// Waits until nobody else has the lock.
    init(path: String, operation: String) throws(GitError) {
        let opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard opened >= 0 else { throw .system(errno, operation: operation, subject: path) }
        while flock(opened, LOCK_EX) != 0 {
            guard errno == EINTR else {
                let number = errno
                close(opened)
                throw .system(number, operation: operation, subject: path)
            }
        }
        descriptor = opened
    }

    deinit { close(descriptor) }
}
