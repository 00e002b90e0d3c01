internal import Synchronization

/// Counts what the server does, for `/metrics`.
final class WebTraffic: Sendable {
    let requests = Atomic<Int>(0)
    let failures = Atomic<Int>(0)
    /// Event streams that are open now.
    let streams = Atomic<Int>(0)
    let streamedBytes = Atomic<Int>(0)

    func answered(status: Int) {
        requests.add(1, ordering: .relaxed)
        if status >= 500 { failures.add(1, ordering: .relaxed) }
    }

    /// Counts a stream for as long as the body runs.
    func streaming<Value>(_ body: () async throws -> Value) async rethrows -> Value {
        streams.add(1, ordering: .relaxed)
        defer { streams.subtract(1, ordering: .relaxed) }
        return try await body()
    }
}
