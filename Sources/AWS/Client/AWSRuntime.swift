public import FoundationEssentials

/// What a client has of the world besides the network: the clock and chance.
public struct AWSRuntime: Sendable {
    public var now: @Sendable () -> Date
    /// From 0 to 1.
    public var random: @Sendable () -> Double

    public init(now: @escaping @Sendable () -> Date, random: @escaping @Sendable () -> Double) {
        self.now = now
        self.random = random
    }

    public static let system = AWSRuntime(now: { Date() }, random: { Double.random(in: 0...1) })
}
