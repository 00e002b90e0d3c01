/// Why a request got no whole answer. An answer with a status like 404 or 500 is not an error here.
public struct HTTPTransportError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Reason: String, Sendable {
        /// The method, path, address or a header can't be sent.
        case invalidRequest
        /// The host's name is not known.
        case unknownHost
        /// Nobody listens there, or the socket may not be used.
        case unreachable
        /// The certificate or the handshake was refused.
        case insecure
        /// A mail server does not take the mail.
        case refused
        /// A mail server does not take it now: it is too busy, or does not know the sender yet.
        case deferred
        /// A mail server does not take the user's name or password.
        case unauthorized
        /// No connection in time.
        case connectDeadline
        /// No whole answer in time.
        case totalDeadline
        /// The server said nothing for too long.
        case idleDeadline
        /// The connection broke, or what came is not HTTP.
        case interrupted
        /// The answer has more bytes than the request allows.
        case tooLarge
        /// The task was cancelled.
        case cancelled
        /// No memory, no thread, no descriptor.
        case exhausted
    }

    public let reason: Reason
    /// Method, path without query, and endpoint.
    public let target: String
    /// What the library says; empty if the reason says it all.
    public let detail: String

    init(_ reason: Reason, _ target: String, _ detail: String = "") {
        self.reason = reason
        self.target = target
        self.detail = detail
    }

    /// Whether the same request may succeed later.
    public var isTransient: Bool {
        switch reason {
        case .unknownHost, .unreachable, .connectDeadline, .totalDeadline, .idleDeadline, .interrupted, .deferred, .exhausted:
            true
        case .invalidRequest, .insecure, .refused, .unauthorized, .tooLarge, .cancelled: false
        }
    }

    public var description: String {
        let explanation =
            switch reason {
            case .invalidRequest: "the request can't be sent"
            case .unknownHost: "the host is not known; check its name and the network's name service"
            case .unreachable: "nobody answers there; check that the server runs and that you may use its address"
            case .insecure: "the connection is not secure; check the server's certificate and this host's clock and CA store"
            case .refused: "the server refused it; check the addresses"
            case .deferred: "the server does not take it now"
            case .unauthorized: "the server does not take the user; check user name and password"
            case .connectDeadline: "no connection in time"
            case .totalDeadline: "no whole answer in time"
            case .idleDeadline: "the server fell silent"
            case .interrupted: "the connection broke before the answer was whole"
            case .tooLarge: "the answer is larger than allowed"
            case .cancelled: "the request was cancelled"
            case .exhausted: "this host has no memory, thread or descriptor left for it"
            }
        return "\(target): \(explanation)" + (detail.isEmpty ? "" : " (\(detail))")
    }
}
