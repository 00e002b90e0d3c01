internal import Glibc

/// What a lasting shell prints, on its way from the thread that waits for the shell to the job's thread.
///
/// While nobody reads, what processes in the background print is kept up to a bound, and dropped beyond it: nobody has to wait for a
/// step that may never come.
final class ShellChannel: @unchecked Sendable {
    // Safe: everything below is touched under `lock` only, but the pipe's ends, which never change.
    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var bytes: [UInt8] = []
    private var end: Result<CommandOutcome, ExecutionError>?
    private var isRead = false
    private var dropped = 0
    private let wakeEnd: Int32
    /// Becomes readable with news.
    let descriptor: Int32

    private static let mostBytes = 1 << 20

    /// What came since the last look.
    struct News {
        var bytes: [UInt8]
        /// How much was left out because nobody read.
        var dropped: Int
        /// How the shell ended; nothing comes after it.
        var end: Result<CommandOutcome, ExecutionError>?
    }

    /// - Throws: `ExecutionError` where the process has no descriptors left.
    init() throws(ExecutionError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw ExecutionError("can't make a pipe for the job's shell: \(String(cString: strerror(errno)))")
        }
        descriptor = ends[0]
        wakeEnd = ends[1]
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        pthread_mutex_init(lock, nil)
        pthread_cond_init(changed, nil)
    }

    deinit {
        pthread_mutex_destroy(lock)
        pthread_cond_destroy(changed)
        lock.deallocate()
        changed.deallocate()
        close(descriptor)
        close(wakeEnd)
    }

    // MARK: The shell's thread

    func append(_ new: UnsafeRawBufferPointer) {
        pthread_mutex_lock(lock)
        while isRead && bytes.count >= Self.mostBytes { pthread_cond_wait(changed, lock) }
        let room = isRead ? new.count : max(0, min(new.count, Self.mostBytes - bytes.count))
        bytes.append(contentsOf: new.prefix(room))
        dropped += new.count - room
        pthread_mutex_unlock(lock)
        wake()
    }

    func finish(_ result: Result<CommandOutcome, ExecutionError>) {
        pthread_mutex_lock(lock)
        end = result
        pthread_cond_broadcast(changed)
        pthread_mutex_unlock(lock)
        wake()
    }

    private func wake() {
        var byte: UInt8 = 1
        // It only wakes a reader; where it is full, one is awake already.
        _ = write(wakeEnd, &byte, 1)
    }

    // MARK: The job's thread

    /// Whether somebody reads from now on.
    func setRead(_ value: Bool) {
        pthread_mutex_lock(lock)
        isRead = value
        pthread_cond_broadcast(changed)
        pthread_mutex_unlock(lock)
    }

    func take() -> News {
        var drain = [UInt8](repeating: 0, count: 256)
        while read(descriptor, &drain, drain.count) > 0 {}
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        let news = News(bytes: bytes, dropped: dropped, end: end)
        bytes = []
        dropped = 0
        pthread_cond_broadcast(changed)
        return news
    }

    /// Returns once the shell has ended.
    func awaitEnd() {
        pthread_mutex_lock(lock)
        isRead = false
        pthread_cond_broadcast(changed)
        while end == nil { pthread_cond_wait(changed, lock) }
        pthread_mutex_unlock(lock)
    }
}
