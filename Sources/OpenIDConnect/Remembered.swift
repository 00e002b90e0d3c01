internal import FoundationEssentials

/// Something of the provider's that is asked for when it is needed, and kept for a while.
///
/// Whoever comes while it is being asked for waits for that answer, and a failure holds for some seconds: however many people sign
/// in, the provider is asked once.
actor Remembered<Value: Sendable> {
    typealias Fetch = @Sendable () async throws(OpenIDConnectError) -> Value

    /// Seconds for which a failure holds.
    private let pause = 5.0
    private let lifetime: Double
    private let now: @Sendable () -> Date
    private let report: @Sendable (String) -> Void
    private var known: (value: Value, at: Date)?
    private var failure: (error: OpenIDConnectError, at: Date)?
    private var running: Task<Result<Value, OpenIDConnectError>, Never>?

    /// - Parameter lifetime: seconds.
    init(lifetime: Double, now: @escaping @Sendable () -> Date, report: @escaping @Sendable (String) -> Void) {
        self.report = report
        self.lifetime = lifetime
        self.now = now
    }

    /// - Parameters:
    ///   - age: seconds that it may be old at most, where that is less than its lifetime.
    ///   - fetch: asks for it; ends at a deadline of its own.
    func value(atMost age: Double? = nil, _ fetch: @escaping Fetch) async throws(OpenIDConnectError) -> Value {
        if let known, isWithin(min(age ?? lifetime, lifetime), known.at) { return known.value }
        if let failure, isWithin(pause, failure.at) { throw failure.error }
        // Awaited here; it goes on when the one who asked first has left, because others wait for it as well.
        let task = running ?? Task { await self.asking(fetch) }
        running = task
        return try await task.value.get()
    }

    private func asking(_ fetch: Fetch) async -> Result<Value, OpenIDConnectError> {
        defer { running = nil }
        do throws(OpenIDConnectError) {
            let value = try await fetch()
            known = (value, now())
            failure = nil
            return .success(value)
        } catch {
            failure = (error, now())
            report("\(error)")
            return .failure(error)
        }
    }

    private func isWithin(_ seconds: Double, _ date: Date) -> Bool { (0..<seconds).contains(now().timeIntervalSince(date)) }
}
