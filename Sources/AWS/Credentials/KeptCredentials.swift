internal import FoundationEssentials
internal import Synchronization

/// Keeps what somebody gave until shortly before it expires.
final class KeptCredentials: Sendable {
    /// Seconds before the end from which on new ones are asked for.
    private static let margin = 300.0
    private let kept = Mutex<AWSCredentials?>(nil)
    private let runtime: AWSRuntime

    init(_ runtime: AWSRuntime) { self.runtime = runtime }

    /// - Parameter renew: where it fails, and what is kept is still good, that is used a little longer.
    func value(renew: () throws(AWSError) -> AWSCredentials) throws(AWSError) -> AWSCredentials {
        let now = runtime.now()
        let old = kept.withLock { $0 }
        if let old, (old.expiration?.timeIntervalSince(now) ?? .infinity) > Self.margin { return old }
        do throws(AWSError) {
            let new = try renew()
            kept.withLock { $0 = new }
            return new
        } catch {
            guard let old, (old.expiration?.timeIntervalSince(now) ?? 0) > 0, error.reason != .cancelled else { throw error }
            return old
        }
    }

    func forget(_ credentials: AWSCredentials) -> Bool {
        kept.withLock { kept in
            guard kept == credentials, credentials.sessionToken != nil else { return false }
            kept = nil
            return true
        }
    }
}
