internal import Glibc

/// What ends a call before its answer is there.
public struct AWSPatience: Sendable {
    /// The call ends at this moment, retries included.
    public var moment: ContinuousClock.Instant?
    /// The call ends when this can be read from, as with a job's cancel.
    public var descriptor: Int32?

    public init(until moment: ContinuousClock.Instant? = nil, descriptor: Int32? = nil) {
        self.moment = moment
        self.descriptor = descriptor
    }

    /// Waits as long as it takes; each attempt has a limit of its own.
    public static let endless = AWSPatience()

    /// The same, but not beyond a time from now on.
    public func limited(to time: Duration) -> AWSPatience {
        let limit = ContinuousClock.now + time
        return AWSPatience(until: moment.map { min($0, limit) } ?? limit, descriptor: descriptor)
    }

    /// Why a wait ended.
    public enum End: Sendable, Equatable {
        case elapsed
        case interrupted
        case momentPassed
    }

    /// Blocks for a time, or until patience ends.
    @discardableResult
    public func wait(_ time: Duration) -> End {
        let wanted = ContinuousClock.now + time
        let end = moment.map { min($0, wanted) } ?? wanted
        while true {
            let rest = end - ContinuousClock.now
            guard rest > .zero else { return end < wanted ? .momentPassed : .elapsed }
            let parts = rest.components
            let milliseconds = Int32(clamping: parts.seconds * 1000 + parts.attoseconds / 1_000_000_000_000_000)
            var entry = pollfd(fd: descriptor ?? -1, events: Int16(POLLIN), revents: 0)
            if poll(&entry, 1, milliseconds + 1) > 0 { return .interrupted }
        }
    }
}
