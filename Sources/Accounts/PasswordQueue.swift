internal import Dispatch
internal import Synchronization

/// The thread on which passwords are checked, one after the other: each check takes much memory, on purpose, and nobody may have
/// the daemon take many times as much.
final class PasswordQueue: Sendable {
    private static let longest = 16

    private let queue = DispatchQueue(label: "slipway.passwords", qos: .utility)
    private let waiting = Mutex(0)

    /// - Throws: `AccountsError.tooMany` where too many wait already, or what the work throws.
    func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws(AccountsError) -> Value {
        let isTaken = waiting.withLock { waiting -> Bool in
            guard waiting < Self.longest else { return false }
            waiting += 1
            return true
        }
        guard isTaken else {
            throw AccountsError(.tooMany(retryAfter: 10), "Too many people sign in at this moment: try again in 10 seconds.")
        }
        defer { waiting.withLock { $0 -= 1 } }
        let outcome: Result<Value, any Error> = await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: Result(catching: work)) }
        }
        do { return try outcome.get() } catch { throw AccountsError(.unavailable, "The password can't be checked: \(error)") }
    }
}
