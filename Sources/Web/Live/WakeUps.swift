/// Turns several sources of news into one: whoever waits does its work once for any number of them.
struct WakeUps: Sendable {
    let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() {
        (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    func wake() { continuation.yield() }
    func finish() { continuation.finish() }

    /// Runs `body` while passing on everything that the sources yield, and a beat now and then.
    func relaying(
        _ sources: [AsyncStream<Void>], beat: Duration, _ body: @escaping @Sendable (WakeUps) async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for source in sources {
                group.addTask {
                    for await _ in source { wake() }
                    wake()
                    return false
                }
            }
            group.addTask {
                while !Task.isCancelled {
                    try await Task.sleep(for: beat)
                    wake()
                }
                return false
            }
            group.addTask {
                try await body(self)
                return true
            }
            while let isDone = try await group.next() {
                if isDone { break }
            }
            group.cancelAll()
        }
    }

    /// Asks after every piece of news until there is an answer.
    func firstValue<Value: Sendable>(
        _ sources: [AsyncStream<Void>], beat: Duration, _ ask: @escaping @Sendable () async throws -> Value?
    ) async throws -> Value {
        let (answers, answer) = AsyncStream.makeStream(of: Value.self, bufferingPolicy: .bufferingOldest(1))
        try await relaying(sources, beat: beat) { wakeUps in
            var news = wakeUps.stream.makeAsyncIterator()
            while true {
                if let value = try await ask() {
                    answer.yield(value)
                    return
                }
                guard await news.next() != nil else { throw CancellationError() }
            }
        }
        for await value in answers { return value }
        throw CancellationError()
    }
}
