internal import Glibc

/// Wakes the job's thread when something happens to the steps in the background.
final class StepNews: @unchecked Sendable {
    // Safe: `count` is touched under `lock` only, and the two are never moved.
    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var count = 0

    init() {
        pthread_mutex_init(lock, nil)
        pthread_cond_init(changed, nil)
    }

    deinit {
        pthread_mutex_destroy(lock)
        pthread_cond_destroy(changed)
        lock.deallocate()
        changed.deallocate()
    }

    /// How often something was told so far.
    var told: Int {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        return count
    }

    func tell() {
        pthread_mutex_lock(lock)
        count += 1
        pthread_cond_broadcast(changed)
        pthread_mutex_unlock(lock)
    }

    /// Returns once more was told than `seen`. Whoever waits is waited for by a step, which has a time limit.
    func wait(after seen: Int) {
        pthread_mutex_lock(lock)
        while count <= seen { pthread_cond_wait(changed, lock) }
        pthread_mutex_unlock(lock)
    }
}
