public import Accounts
internal import Hummingbird
public import Logging
public import OpenIDConnect
public import ServiceLifecycle
public import Store

/// Where the server listens.
public enum WebAddress: Sendable, Equatable {
    case network(host: String, port: Int)
    case socket(path: String)
}

/// The page, the API and the webhooks on a TCP listener, and the same with an operator's rights on a Unix socket.
///
/// A service: `run` returns after a graceful shutdown, in which open event streams are ended and other requests finish.
/// It throws `WebError` where it can't listen.
public struct WebServer: Service {
    private let configuration: WebConfiguration
    private let logger: Logger
    private let site: WebSite
    private let onListening: @Sendable (WebAddress) async -> Void

    /// - Parameters:
    ///   - provider: by which people sign in besides passwords.
    ///   - onListening: called once for each listener when it takes connections.
    public init(
        configuration: WebConfiguration, store: Store, accounts: Accounts, provider: IdentityProvider? = nil,
        operations: any Operations, logger: Logger,
        onListening: @escaping @Sendable (WebAddress) async -> Void = { _ in }
    ) throws(WebError) {
        self.configuration = configuration
        self.logger = logger
        self.onListening = onListening
        site = try WebSite(
            configuration: configuration, store: store, accounts: accounts, provider: provider, operations: operations,
            logger: logger)
    }

    public func run() async throws {
        let router = WebRouter(site: site)
        var listeners = [
            WebListener(
                address: .network(host: configuration.host, port: configuration.port), origin: .network, router: router,
                configuration: configuration, logger: logger, onListening: onListening)
        ]
        if let path = configuration.socketPath {
            listeners.append(
                WebListener(
                    address: .socket(path: path), origin: .operatorSocket, router: router, configuration: configuration,
                    logger: logger, onListening: onListening))
        }
        let site = site
        // A listener that can't listen shuts the other one down: it does not end by being cancelled.
        let services = listeners.map { listener in
            ServiceGroupConfiguration.ServiceConfiguration(
                service: listener, successTerminationBehavior: .gracefullyShutdownGroup,
                failureTerminationBehavior: .gracefullyShutdownGroup)
        }
        let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: services, logger: logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await site.changes.follow(site.store) }
            tasks.addTask { try await group.run() }
            // Every task ends by itself at a graceful shutdown; the first that fails takes the others with it.
            // `waitForAll` would wait for the others first.
            while try await tasks.next() != nil {}
        }
    }
}
