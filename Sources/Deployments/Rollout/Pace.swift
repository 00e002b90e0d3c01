/// How often something is looked at that takes its time: often while it moves, ever less often while it doesn't.
public struct Pace: Sendable {
    public var first: Duration
    public var longest: Duration
    private var current: Duration

    public init(first: Duration = .seconds(1), longest: Duration = .seconds(15)) {
        self.first = first
        self.longest = longest
        current = first
    }

    /// The time until the next look.
    ///
    /// - Parameter hasMoved: whether the last look brought news.
    public mutating func next(hasMoved: Bool) -> Duration {
        current = hasMoved ? first : min(longest, current * 3 / 2)
        return current
    }
}
