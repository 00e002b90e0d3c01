internal import Glibc

/// A moment on the monotonic clock at which something is stopped.
public struct Deadline: Equatable, Sendable {
    /// Seconds on the monotonic clock.
    public let moment: Double

    public init(after seconds: Double) { moment = Self.now + seconds }

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
