internal import Glibc

/// A value that several threads change, and whose changes threads wait for: a lock with a signal (POSIX's condition variables).
public final class Monitor<Value: Sendable>: @unchecked Sendable {
    // Safe: `value` is touched under `lock` only, and neither the lock nor the signal is ever moved.
    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var value: Value

    public init(_ value: Value) {
        self.value = value
        pthread_mutex_init(lock, nil)
        pthread_cond_init(changed, nil)
    }

    deinit {
        pthread_mutex_destroy(lock)
        pthread_cond_destroy(changed)
        lock.deallocate()
        changed.deallocate()
    }

    public func read<Result>(_ body: (Value) -> Result) -> Result {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        return body(value)
    }

    /// Changes the value, and tells those who wait.
    public func change<Result>(_ body: (inout Value) -> Result) -> Result {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        defer { pthread_cond_broadcast(changed) }
        return body(&value)
    }

    /// Waits until the condition holds, and has its turn before it can cease to. Those who wait are not told of what it changes.
    public func wait<Result>(until condition: (Value) -> Bool, then body: (inout Value) -> Result) -> Result {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        while !condition(value) { pthread_cond_wait(changed, lock) }
        return body(&value)
    }
}
