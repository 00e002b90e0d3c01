internal import FoundationEssentials
internal import Synchronization

/// How far the clocks of AWS and of this machine are apart. Shared by the copies of a configuration.
final class ClockSkew: Sendable {
    private static let tolerance = 240.0
    private let seconds = Mutex(0.0)

    /// The moment that AWS takes for now.
    func now(_ runtime: AWSRuntime) -> Date { runtime.now().addingTimeInterval(seconds.withLock { $0 }) }

    /// Learns from the `Date` of a refused request.
    ///
    /// - Returns: whether the clock is now another one, so that the request is worth another try.
    func learn(from header: String?, _ runtime: AWSRuntime) -> Bool {
        guard let header, let theirs = AWSTime.http(header) else { return false }
        let found = theirs.timeIntervalSince(runtime.now())
        return seconds.withLock { seconds in
            guard abs(found - seconds) > Self.tolerance else { return false }
            seconds = found
            return true
        }
    }
}
