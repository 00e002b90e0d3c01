/// Sends HTTP requests over TCP, TLS and Unix sockets.
///
/// Each request has a connection and a thread of its own: nothing here blocks the cooperative pool, and a request that
/// hangs holds up no other. Redirects are not followed. Proxies are taken from the environment, but not for Unix sockets.
public struct TransportClient: Sendable {
    public init() {}

    /// Sends `request` and collects the answer. Cancelling the task ends the transfer.
    public func send(_ request: TransportRequest) async throws(HTTPTransportError) -> TransportResponse {
        let stream = try await stream(request)
        var body: [UInt8] = []
        var iterator = stream.body.makeAsyncIterator()
        while let chunk = try await iterator.next() {
            guard body.count + chunk.count <= request.longestBody else {
                throw HTTPTransportError(.tooLarge, request.target, "more than \(request.longestBody) bytes")
            }
            body += chunk
        }
        return TransportResponse(head: stream.head, body: body)
    }

    /// Sends `request` and returns as soon as status and headers are there.
    public func stream(_ request: TransportRequest) async throws(HTTPTransportError) -> TransportStream {
        let transfer = Transfer(request)
        let body = TransportBody(transfer)
        try TransferLoop.start(transfer)
        return TransportStream(head: try await transfer.head(), body: body)
    }
}
