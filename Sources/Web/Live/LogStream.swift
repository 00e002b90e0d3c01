internal import NIOCore

/// Sends a job's log as events from a byte offset until its end.
///
/// Each event's id is the offset after its last byte, so that a client that comes back with `Last-Event-ID` misses nothing
/// and gets nothing twice. After the last byte of a log that is complete comes `event: end`.
struct LogStream: Sendable {
    let feed: LogFeed
    let file: LogFile
    let format: LogFormat

    /// Sends what there is.
    /// - Returns: whether the log has ended and everything of it was sent.
    func send(from offset: inout Int64, to writer: EventWriter) async throws -> Bool {
        try await send(from: &offset, isEnded: false, to: writer)
        // What is written until the end is in the file when the answer is "no longer": it is read once more.
        guard await !feed.liveCheck.isLive(file.isLive) else { return false }
        try await send(from: &offset, isEnded: true, to: writer)
        return true
    }

    private func send(from offset: inout Int64, isEnded: Bool, to writer: EventWriter) async throws {
        while let chunk = try await feed.chunk(at: offset, format: format, isEnded: isEnded) {
            try await writer.write(chunk.event)
            offset = chunk.to
        }
    }

    /// - Parameter beforeEnd: what is to be sent between the last bytes and `event: end`.
    func run(
        from start: Int64, growth: AsyncStream<Void>, to writer: EventWriter,
        beforeEnd: @escaping @Sendable () async throws -> Void = {}
    ) async throws {
        try await feed.reading { try await follow(from: start, growth: growth, to: writer, beforeEnd: beforeEnd) }
    }

    private func follow(
        from start: Int64, growth: AsyncStream<Void>, to writer: EventWriter,
        beforeEnd: @escaping @Sendable () async throws -> Void
    ) async throws {
        try await WakeUps().relaying([growth], beat: EventStream.heartbeatInterval) { wakeUps in
            var offset = start
            var lastWrite = ContinuousClock.now
            var news = wakeUps.stream.makeAsyncIterator()
            while true {
                let before = offset
                if try await send(from: &offset, to: writer) { break }
                if offset != before {
                    lastWrite = .now
                } else if ContinuousClock.now - lastWrite >= EventStream.heartbeatInterval {
                    try await writer.write(ServerSentEvent.heartbeat)
                    lastWrite = .now
                }
                guard await news.next() != nil else { return }
            }
            try await beforeEnd()
            try await writer.write(ServerSentEvent.encode(name: "end", id: offset, data: "\(offset)"))
        }
    }
}
