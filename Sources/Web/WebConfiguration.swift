public import Plan

/// What the web server is told by the settings.
public struct WebConfiguration: Sendable, Equatable {
    /// The network listener. Port 0 takes any free one.
    public var host: String
    public var port: Int
    /// The operator socket; nil: none.
    public var socketPath: String?
    /// The command by which the first user is made, told to who comes before there is one.
    public var firstUserCommand: String
    /// Names by which the page may be reached, without a port. IP addresses and `localhost` always are: a name that
    /// someone else controls is what a DNS rebinding attack needs.
    public var allowedHosts: [String]
    /// What somebody who did not sign in may do on the network listener; nil: nothing.
    public var anonymousRole: Role?
    /// Whether browsers reach the page by https, so that its cookies are sent by no other way.
    public var isSecure: Bool
    /// Addresses of proxies whose word for where a request came from is taken.
    public var trustedProxies: Set<String>
    /// Whether somebody named them. Else whoever is on this machine is believed, but for how often they may try to sign in.
    public var namesTrustedProxies: Bool
    /// The largest webhook, in bytes. Larger ones are answered with 413.
    public var webhookBodyLimit: Int
    /// The largest body of any other request, in bytes.
    public var bodyLimit: Int
    /// Connections at a time, so that viewers can't use up the process's descriptors.
    public var connectionLimit: Int
    /// Seconds until a connection on which nothing moves is closed.
    public var idleTimeout: Int
    /// Seconds that a client may take until the head of its request has come, and from there until the body has.
    public var headTimeout: Int
    public var bodyTimeout: Int

    public init(
        host: String = "127.0.0.1", port: Int = 8080, socketPath: String? = nil,
        firstUserCommand: String = "sudo slipway user add NAME --role admin", allowedHosts: [String] = [],
        anonymousRole: Role? = nil, isSecure: Bool = false, trustedProxies: Set<String> = [],
        namesTrustedProxies: Bool = true, webhookBodyLimit: Int = 25 << 20,
        bodyLimit: Int = 1 << 20, connectionLimit: Int = 4096, idleTimeout: Int = 60,
        headTimeout: Int = 60, bodyTimeout: Int = 300
    ) {
        self.host = host
        self.port = port
        self.socketPath = socketPath
        self.firstUserCommand = firstUserCommand
        self.allowedHosts = allowedHosts
        self.anonymousRole = anonymousRole
        self.isSecure = isSecure
        self.trustedProxies = trustedProxies
        self.namesTrustedProxies = namesTrustedProxies
        self.webhookBodyLimit = webhookBodyLimit
        self.bodyLimit = bodyLimit
        self.connectionLimit = connectionLimit
        self.idleTimeout = idleTimeout
        self.headTimeout = headTimeout
        self.bodyTimeout = bodyTimeout
    }
}
