internal import Archives
internal import Glibc

/// A lock that processes of this host take for moments: to look and then change, without another in between.
///
/// The kernel gives it up with its holder (flock(2)), so one that was killed locks nobody out.
struct LockFile {
    let path: String
    /// How long to wait for another: far more than any of them needs.
    private static let patience = Duration.seconds(60)
    private static let pause: useconds_t = 2_000

    func with<Value>(_ body: (OpenFile) throws(StorageError) -> Value) throws(StorageError) -> Value {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw failure("open") }
        let file = OpenFile(taking: descriptor)
        let deadline = ContinuousClock.now + Self.patience
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else { throw failure("lock") }
            guard ContinuousClock.now < deadline else {
                throw StorageError(.system, "can't lock \(path): another process has held it for more than \(Self.patience)")
            }
            usleep(Self.pause)
        }
        defer { flock(descriptor, LOCK_UN) }
        return try body(file)
    }

    private func failure(_ verb: String) -> StorageError {
        StorageError(.system, "can't \(verb) \(path): \(String(cString: strerror(errno)))")
    }
}
