internal import FoundationEssentials
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import ServiceLifecycle
internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Musl
#endif

/// One address on which the router answers.
///
/// Built on Hummingbird's server rather than its `Application`, which wakes up every second for the `Date` header.
struct WebListener: Service {
    let address: WebAddress
    let origin: RequestOrigin
    let router: WebRouter
    let configuration: WebConfiguration
    let logger: Logger
    let onListening: @Sendable (WebAddress) async -> Void

    func run() async throws {
        let server = try makeServer()
        do {
            try await server.run()
        } catch is CancellationError {
            return
        } catch {
            throw WebError.cannotListen(address: addressText, reason: Self.text(of: error))
        }
    }

    /// The system's words alone: the error's own text is about calls and descriptors.
    private static func text(of error: any Error) -> String {
        guard let failure = error as? IOError else { return "\(error)" }
        return String(cString: strerror(failure.errnoCode))
    }

    private func makeServer() throws -> any Service {
        let dates = DateHeader()
        let router = router, origin = origin, logger = logger
        return try HTTPServerBuilder.http1(configuration: connectionConfiguration)
            .buildServer(
                configuration: ServerConfiguration(
                    address: bindAddress, serverName: nil, backlog: 1024,
                    availableConnectionsDelegate: MaximumAvailableConnections(configuration.connectionLimit, logger: logger)),
                eventLoopGroup: EventLoopGroupProvider.singleton.eventLoopGroup, logger: logger,
                responder: { request, writer, channel in
                    let incoming = WebRequest(request: request, origin: origin, channel: channel, logger: logger)
                    var response = try await router.respond(to: incoming)
                    response.headers[.date] = dates.text
                    router.site.traffic.answered(status: response.status.code)
                    do {
                        try await writer.write(response: response.head, body: response.body)
                    } catch {
                        // Rethrown as ours: the server would answer a parser error with a second head.
                        throw WebError.connectionLost(reason: "\(error)")
                    }
                },
                onServerRunning: { channel in await running(on: channel) })
    }

    /// Room for a browser's cookies and a proxy's additions, and no more: it is given to whoever connects.
    private var connectionConfiguration: HTTP1Channel.Configuration {
        let head = TimeAmount.seconds(Int64(configuration.headTimeout))
        let body = TimeAmount.seconds(Int64(configuration.bodyTimeout))
        return HTTP1Channel.Configuration(
            additionalChannelHandlers: [ConnectionDeadline(headLimit: head, bodyLimit: body)],
            idleTimeout: .seconds(Int64(configuration.idleTimeout)),
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: 16 << 10, maxHeaderListSize: 32 << 10, maxHeaderFieldCount: 128))
    }

    private var bindAddress: BindAddress {
        switch address {
        case .network(let host, let port): .hostname(host, port: port)
        case .socket(let path): .unixDomainSocket(path: path)
        }
    }

    private var addressText: String {
        switch address {
        case .network(let host, let port): "\(host):\(port)"
        case .socket(let path): path
        }
    }

    private func running(on channel: any Channel) async {
        switch address {
        case .network(let host, let port):
            await onListening(.network(host: host, port: channel.localAddress?.port ?? port))
        case .socket(let path):
            // Operators are the socket's owner and its group; the folder keeps others out until this is set.
            chmod(path, 0o660)
            await onListening(address)
        }
    }
}

/// The `Date` header, formatted at most once a second and only when somebody asks.
final class DateHeader: Sendable {
    private let state = Mutex((second: Int64(0), text: ""))

    var text: String {
        let now = Int64(Date().timeIntervalSince1970)
        return state.withLock { state in
            if state.second != now { state = (now, TimeText.httpDate(Date(timeIntervalSince1970: Double(now)))) }
            return state.text
        }
    }
}
