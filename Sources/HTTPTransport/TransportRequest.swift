/// Where a server listens.
public enum TransportEndpoint: Sendable, Hashable, CustomStringConvertible {
    /// Scheme, host and port, without a path: `http://127.0.0.1:8080`. Only `http` and `https`.
    case server(url: String)
    /// A Unix socket that speaks HTTP.
    case unixSocket(path: String)

    public var description: String {
        switch self {
        case .server(let url): url
        case .unixSocket(let path): path
        }
    }
}

/// How long a request may take. Nil means for ever, which only a stream should need.
public struct TransportDeadlines: Sendable, Hashable {
    /// From the start until the connection stands, TLS included.
    public var connect: Duration
    /// From the start until the last byte of the answer.
    public var total: Duration?
    /// Between two bytes of the answer, and until its first. Time in which the reader takes nothing does not count.
    public var idle: Duration?

    public init(connect: Duration = .seconds(10), total: Duration? = .seconds(60), idle: Duration? = .seconds(30)) {
        self.connect = connect
        self.total = total
        self.idle = idle
    }

    /// For answers that last as long as what they report.
    public static let stream = TransportDeadlines(total: nil, idle: nil)
}

/// A server that passes requests on.
public struct TransportProxy: Sendable, Equatable {
    /// `http://proxy.example.org:3128`; without a scheme it is `http`.
    public var url: String
    /// Hosts that are asked directly, separated by commas: `localhost,.example.org`.
    public var exceptions: String

    public init(url: String, exceptions: String = "") {
        self.url = url
        self.exceptions = exceptions
    }
}

/// One HTTP request.
public struct TransportRequest: Sendable {
    public var endpoint: TransportEndpoint
    /// In capitals: `GET`, `POST`.
    public var method: String
    /// Starts with `/`; percent-encoded, with the query. Sent as it is.
    public var path: String
    /// In this order; a name may come twice.
    public var headers: [(name: String, value: String)]
    /// Sent with its length. Nil sends none.
    public var body: [UInt8]?
    public var deadlines: TransportDeadlines
    /// In bytes: an answer that is collected and has more fails.
    public var longestBody: Int
    /// Whether the proxy that the environment names is passed by: for servers that only this machine can reach.
    public var avoidsProxy = false
    /// In place of the one that the environment names.
    public var proxy: TransportProxy?
    /// For servers with certificates of their own; nil: those of this host are believed.
    public var certificates: TransportCertificates?
    /// Whether the connection is one of HTTP/1.1, as whoever reads on after an answer needs it.
    public var isPlainHTTP = false

    public init(
        _ method: String = "GET", _ path: String, at endpoint: TransportEndpoint,
        headers: [(name: String, value: String)] = [], body: [UInt8]? = nil, deadlines: TransportDeadlines = .init(),
        longestBody: Int = 64 * 1024 * 1024
    ) {
        self.endpoint = endpoint
        self.method = method
        self.path = path
        self.headers = headers
        self.body = body
        self.deadlines = deadlines
        self.longestBody = longestBody
    }

    /// What it is, for messages: the query may hold a token and stays out.
    var target: String {
        "\(method) \(path.prefix { $0 != "?" }) at \(endpoint)"
    }
}
