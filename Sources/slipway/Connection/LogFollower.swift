internal import HTTPTransport

/// Prints a job's log while it grows, across broken connections and restarts of the daemon.
struct LogFollower: Sendable {
    /// The daemon sends a sign of life every 20 s: a connection without one is broken.
    private static let idle = Duration.seconds(60)
    private static let pause = Duration.seconds(1)
    /// How often in a row nobody answers before it is an error: a minute, in which a daemon has started again.
    private static let attempts = 60

    let client: DaemonClient
    let job: String

    /// Prints from a byte offset to the log's end, waiting for a job that has not started.
    ///
    /// Every event's id is the offset after its last byte, and a new connection begins there: nothing is left out and
    /// nothing comes twice.
    func run(from start: Int64 = 0) async throws {
        var offset = String(start)
        var failures = 0
        while true {
            let before = offset
            var breakage: HTTPTransportError?
            do {
                if try await readConnection(&offset) { return }
                // The server ended the stream before the log's end: it is stopping.
            } catch let error as HTTPTransportError {
                breakage = error
            }
            failures = offset == before ? failures + 1 : 1
            if let breakage, !breakage.isTransient || failures >= Self.attempts { throw client.failure(breakage) }
            guard failures < Self.attempts else {
                throw CommandFailure(.unreachable, "the daemon keeps ending the stream of job \(job); see its log")
            }
            if failures == 1 { Terminal.report("slipway: the connection broke; trying again for a minute") }
            try await Task.sleep(for: Self.pause)
        }
    }

    /// - Returns: whether the log has ended.
    private func readConnection(_ offset: inout String) async throws -> Bool {
        let stream = try await client.stream(
            "/api/v1/jobs/\(job)/log/stream", headers: [("Last-Event-ID", offset)], idle: Self.idle)
        var reader = ServerSentEventReader()
        for try await chunk in stream.body {
            for event in reader.events(in: chunk) {
                if event.name == "end" { return true }
                if let id = event.id { offset = id }
                // A part is a piece of a line that is too long for one event.
                Terminal.write(bytes: event.name == "part" ? event.data : event.data + [UInt8(ascii: "\n")])
            }
        }
        return false
    }
}
