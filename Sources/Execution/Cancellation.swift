internal import Glibc
internal import Synchronization

/// A wish to stop a job that any thread may utter and the thread that waits for a command sees at once.
///
/// The first request stops the running step; steps with `always()` or `cancelled()` still run. The second stops those too.
public final class Cancellation: Sendable {
    /// How urgently the job is to stop.
    public enum Level: Int, Comparable, Sendable {
        case none
        case requested
        case forced

        public static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
    }

    private let state = Mutex<(level: Level, reason: String)>((.none, ""))
    private let readEnd: Int32
    private let writeEnd: Int32

    /// - Throws: `ExecutionError` where the process has no descriptors left.
    public init() throws(ExecutionError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw ExecutionError("can't make a pipe for cancelling the job: \(String(cString: strerror(errno)))")
        }
        readEnd = ends[0]
        writeEnd = ends[1]
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
    }

    deinit {
        close(readEnd)
        close(writeEnd)
    }

    public var level: Level { state.withLock { $0.level } }
    /// Who asked, and why.
    public var reason: String { state.withLock { $0.reason } }
    /// Becomes readable with every request that `acknowledge` has not taken; for `poll`.
    public var descriptor: Int32 { readEnd }

    /// Asks once more. The first reason stays.
    public func request(reason: String) {
        state.withLock { current in
            if current.level == .none { current.reason = reason }
            current.level = current.level == .none ? .requested : .forced
        }
        wake()
    }

    /// Takes back the wake-up of what was `seen`, so that the steps that run after a cancel are not stopped by it. A request
    /// that came since stays.
    public func acknowledge(_ seen: Level) {
        var bytes = [UInt8](repeating: 0, count: 16)
        while read(readEnd, &bytes, bytes.count) > 0 {}
        if level > seen { wake() }
    }

    private func wake() {
        var byte: UInt8 = 1
        // The pipe only wakes a waiter; where it is full, one is awake already.
        _ = write(writeEnd, &byte, 1)
    }
}

/// A moment on the monotonic clock at which something is stopped.
public struct Deadline: Equatable, Sendable {
    /// Seconds on the monotonic clock.
    public let moment: Double

    public init(after seconds: Double) { moment = Self.now + seconds }
    private init(moment: Double) { self.moment = moment }

    public var remaining: Double { max(0, moment - Self.now) }
    public var hasPassed: Bool { Self.now >= moment }

    public static func earlier(_ left: Deadline?, _ right: Deadline?) -> Deadline? {
        guard let left else { return right }
        guard let right else { return left }
        return left.moment <= right.moment ? left : right
    }

    private static var now: Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
