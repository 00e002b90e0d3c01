internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import ServiceLifecycle

/// An answer that stays open and carries events.
enum EventStream {
    /// How often a quiet stream says that it is there.
    static let heartbeatInterval = Duration.seconds(20)

    /// - Parameter body: writes events until it returns, which ends the stream. It is cancelled when the client goes away
    ///   and when the server stops.
    static func response(
        to request: WebRequest, traffic: WebTraffic,
        _ body: @escaping @Sendable (EventWriter) async throws -> Void
    ) -> Response {
        let headers: HTTPFields = [
            .contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-store", .connection: "close",
        ]
        let incoming = request.request
        let channel = request.channel
        return Response(
            status: .ok, headers: headers,
            body: ResponseBody { writer in
                // The kernel would buffer megabytes for a viewer who does not read.
                try? await channel.setOption(.socketOption(.so_sndbuf), value: 131_072).get()
                let events = EventWriter(writer: writer, traffic: traffic)
                do {
                    try await traffic.streaming {
                        try await incoming.body.consumeWithCancellationOnInboundClose { _ in
                            try await cancelWhenGracefulShutdown {
                                try await whileAllowed(request.mayGoOn) { try await body(events) }
                            }
                        }
                    }
                } catch is CancellationError {
                    // The client has gone, or the server is stopping: both end the stream.
                }
                try await writer.finish(nil)
            })
    }

    /// Runs the body until it ends, or until whoever asked may not have the answer any more.
    private static func whileAllowed(
        _ mayGoOn: (@Sendable () async -> Bool)?, _ body: @escaping @Sendable () async throws -> Void
    ) async throws {
        guard let mayGoOn else { return try await body() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await body() }
            group.addTask {
                repeat { try await Task.sleep(for: heartbeatInterval) } while await mayGoOn()
            }
            _ = try await group.next()
            group.cancelAll()
        }
    }
}
