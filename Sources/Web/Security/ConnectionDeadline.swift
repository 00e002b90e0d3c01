internal import NIOCore
internal import NIOHTTPTypes

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Musl
#endif

/// Closes a connection whose client takes too long to ask: one that sends a byte now and then would otherwise hold its place
/// for ever, and those are numbered. What is answered, as long as it takes, is not its matter.
final class ConnectionDeadline: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let headLimit: TimeAmount
    private let bodyLimit: TimeAmount
    /// Requests whose head has come and whose answer is not over.
    private var underWay = 0
    private var deadline: Scheduled<Void>?

    /// - Parameters:
    ///   - headLimit: from the connection, or the end of the last answer, until a request's head is whole.
    ///   - bodyLimit: from there until its body is.
    init(headLimit: TimeAmount, bodyLimit: TimeAmount) {
        self.headLimit = headLimit
        self.bodyLimit = bodyLimit
    }

    func handlerAdded(context: ChannelHandlerContext) {
        schedule(headLimit, context)
        // A client that acknowledges nothing, or reads nothing, for ten minutes is gone (tcp(7)). Unix sockets have no such option.
        let option = ChannelOptions.Types.SocketOption(level: .tcp, name: .init(rawValue: TCP_USER_TIMEOUT))
        context.channel.setOption(option, value: 600_000).whenFailure { _ in }
    }

    func handlerRemoved(context: ChannelHandlerContext) { deadline?.cancel() }

    func channelInactive(context: ChannelHandlerContext) {
        deadline?.cancel()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            underWay += 1
            schedule(bodyLimit, context)
        case .body: break
        case .end: deadline?.cancel()
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) {
            underWay -= 1
            if underWay == 0 { schedule(headLimit, context) }
        }
        context.write(data, promise: promise)
    }

    private func schedule(_ limit: TimeAmount, _ context: ChannelHandlerContext) {
        deadline?.cancel()
        let channel = context.channel
        deadline = context.eventLoop.scheduleTask(in: limit) { channel.close(promise: nil) }
    }
}
