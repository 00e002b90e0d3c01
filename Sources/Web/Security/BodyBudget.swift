internal import Synchronization

/// Bounds what the bodies of all requests that are being read may take together: who sends them is not known yet.
final class BodyBudget: Sendable {
    private let limit: Int
    private let taken = Mutex(0)

    init(limit: Int) { self.limit = limit }

    /// Runs `body` with so many bytes set aside; nil where they are not to be had now.
    func reserving<Value>(_ count: Int, _ body: () async throws -> Value) async rethrows -> Value? {
        let isReserved = taken.withLock { taken -> Bool in
            guard taken + count <= limit else { return false }
            taken += count
            return true
        }
        guard isReserved else { return nil }
        defer { taken.withLock { $0 -= count } }
        return try await body()
    }
}
