internal import Archives
internal import Glibc
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// Takes the calls of one connection, one after the other.
///
/// All of it is called on the connection's event loop; only `answer` of a call is not.
final class ConnectionHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let router: ServiceRouter
    private let address: String
    private let threads: NIOThreadPool
    private var call: (any ServiceCall)?
    /// Why the call is refused; its body is read to the end, as clients look for an answer only then.
    private var refusal: ServiceRefusal?
    private var head: HTTPRequestHead?

    /// Bytes of a file that are read at a time.
    private static let piece: Int64 = 256 * 1024

    /// - Parameters:
    ///   - address: host and port of the server, as callers reach it.
    ///   - threads: on which calls are answered.
    init(router: ServiceRouter, address: String, threads: NIOThreadPool) {
        self.router = router
        self.address = address
        self.threads = threads
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): begin(head, context)
        case .body(let buffer):
            guard refusal == nil, let call else { return }
            do throws(ServiceRefusal) {
                var failure: ServiceRefusal?
                buffer.withUnsafeReadableBytes { bytes in
                    do throws(ServiceRefusal) { try call.receive(bytes) } catch { failure = error }
                }
                if let failure { throw failure }
            } catch {
                refusal = error
                self.call = nil
            }
        case .end: end(context)
        }
    }

    private func begin(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        self.head = head
        refusal = nil
        do throws(ServiceRefusal) {
            call = try router.call(
                ServiceRequest(
                    method: head.method.rawValue, uri: head.uri, headers: head.headers.map { ($0.name, $0.value) },
                    address: address))
        } catch {
            refusal = error
            call = nil
        }
        guard head.headers.first(name: "expect")?.lowercased() == "100-continue" else { return }
        context.writeAndFlush(
            wrapOutboundOut(.head(HTTPResponseHead(version: head.version, status: .continue))), promise: nil)
    }

    private func end(_ context: ChannelHandlerContext) {
        guard let head else { return }
        let call = AnsweredCall(call)
        self.call = nil
        if let refusal { return send(refusal.response, to: head, context) }
        let loop = context.eventLoop
        let bound = NIOLoopBound((self, context), eventLoop: loop)
        threads.runIfActive(eventLoop: loop) { call.answer() }.whenSuccess { response in
            let (handler, context) = bound.value
            handler.send(response, to: head, context)
        }
    }

    // MARK: - The answer

    private func send(_ response: ServiceResponse, to head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        var headers = HTTPHeaders(response.headers.map { ($0.name, $0.value) })
        if response.status != 204 { headers.replaceOrAdd(name: "Content-Length", value: String(response.length)) }
        if !head.isKeepAlive { headers.replaceOrAdd(name: "Connection", value: "close") }
        let status = HTTPResponseStatus(statusCode: response.status)
        context.write(
            wrapOutboundOut(.head(HTTPResponseHead(version: head.version, status: status, headers: headers))), promise: nil)
        guard head.method != .HEAD else { return finish(head, context) }
        switch response.body {
        case .bytes(let bytes):
            if !bytes.isEmpty {
                context.write(wrapOutboundOut(.body(.byteBuffer(context.channel.allocator.buffer(bytes: bytes)))), promise: nil)
            }
            finish(head, context)
        case .file(let file, let offset, let count):
            send(FilePart(file: file, offset: offset, count: count), to: head, context)
        }
    }

    /// Sends a file piece by piece, the next one when the client took the last.
    private func send(_ part: FilePart, to head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        guard part.count > 0 else { return finish(head, context) }
        let size = Int(min(Self.piece, part.count))
        var buffer = context.channel.allocator.buffer(capacity: size)
        let count = buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: size) { bytes in
            max(0, pread(part.file.descriptor, bytes.baseAddress, size, off_t(part.offset)))
        }
        // A file that is shorter than it was: the client sees that the answer broke off.
        guard count > 0 else { return context.close(promise: nil) }
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(buffer)))).whenSuccess {
            let (handler, context) = bound.value
            let rest = FilePart(file: part.file, offset: part.offset + Int64(count), count: part.count - Int64(count))
            handler.send(rest, to: head, context)
        }
    }

    private func finish(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        let sent = context.writeAndFlush(wrapOutboundOut(.end(nil)))
        guard !head.isKeepAlive else { return }
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        sent.whenComplete { _ in bound.value.close(promise: nil) }
    }

    // MARK: - What goes wrong

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is IdleStateHandler.IdleStateEvent { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    /// A client that broke off, or sent what is no HTTP.
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

/// A call that is answered on another thread than the one that gave it its body.
///
/// It is unchecked Sendable since the connection hands it over with the end of the body and keeps no reference.
private final class AnsweredCall: @unchecked Sendable {
    private let call: (any ServiceCall)?

    init(_ call: (any ServiceCall)?) { self.call = call }

    func answer() -> ServiceResponse {
        guard let call else { return ServiceRefusal.malformed("the request has no head").response }
        do throws(ServiceRefusal) { return try call.answer() } catch { return error.response }
    }
}
