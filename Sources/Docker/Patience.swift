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
}
