internal import Glibc

/// What ends a wait for the engine before its answer is whole.
public struct Patience: Sendable {
    /// The wait ends at this moment.
    public var moment: ContinuousClock.Instant?
    /// The wait ends when this can be read from.
    public var descriptor: Int32?

    public init(until moment: ContinuousClock.Instant? = nil, descriptor: Int32? = nil) {
        self.moment = moment
        self.descriptor = descriptor
    }

    /// Waits as long as the engine takes.
    public static let endless = Patience()

    /// The same, but not beyond a moment.
    public func limited(to seconds: Double) -> Patience {
        let limit = ContinuousClock.now + .seconds(seconds)
        return Patience(until: moment.map { min($0, limit) } ?? limit, descriptor: descriptor)
    }

    /// Waits a while.
    ///
    /// - Returns: false where the patience ended before.
    public func wait(seconds: Double) -> Bool {
        var rest = seconds
        if let moment {
            let left = moment - .now
            guard left > .zero else { return false }
            rest = min(rest, Double(left.components.seconds) + Double(left.components.attoseconds) / 1e18)
        }
        var entry = pollfd(fd: descriptor ?? -1, events: Int16(POLLIN), revents: 0)
        let isInterrupted = poll(&entry, 1, Int32(rest * 1000)) > 0
        return !isInterrupted && moment.map { ContinuousClock.now < $0 } ?? true
    }
}
