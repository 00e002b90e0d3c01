public import EngineAddresses
internal import FoundationEssentials
internal import Glibc
public import HTTPTransport

/// A Docker Engine behind its Unix socket, or behind a port, with or without TLS.
///
/// Every call blocks the calling thread: it is for workers, and for the daemon's own queues, never for the cooperative pool.
/// A value may be used by several threads at once; each call has a connection of its own. See "Docker Engine API" in
/// Docker's manual.
public struct DockerEngine: Sendable {
    public let address: EngineAddress
    /// The version of the API that is spoken: `1.41`.
    public let version: String

    /// What is written here was tried with, and needs: the newest and the oldest version of the API.
    private static let newest = APIVersion(1, 51)
    private static let oldest = APIVersion(1, 40)
    /// How long a call may take that only asks for something, or starts it.
    private static let callLimit = Duration.seconds(120)

    /// Asks who is there, and agrees on a version of the API.
    ///
    /// - Throws: `DockerError` with `noDaemon`, `forbidden` or `unsupportedVersion`, or as any call.
    public init(at address: EngineAddress, patience: Patience = .endless) throws(DockerError) {
        self.address = address
        let action = "use the Docker Engine at \(address)"
        let (head, body) = try Self.answer(
            to: EngineRequest("GET", "/version", to: action), at: address, version: nil, patience: patience)
        guard head.status == 200, let answer = try? JSONDecoder().decode(EngineVersion.self, from: Data(body)),
            let newest = APIVersion(answer.apiVersion)
        else { throw Self.failure(action, status: head.status, body: body) }
        let oldest = answer.oldestAPIVersion.flatMap(APIVersion.init) ?? newest
        guard newest >= Self.oldest, oldest <= Self.newest else {
            throw DockerError(
                .unsupportedVersion, action,
                "it speaks versions \(oldest) to \(newest) of its API, Slipway \(Self.oldest) to \(Self.newest)")
        }
        version = min(newest, Self.newest).description
    }

    public init(socket: String, patience: Patience = .endless) throws(DockerError) {
        try self.init(at: EngineAddress(socket: socket), patience: patience)
    }

    // MARK: - Calls

    /// The answer's body, once the status says that the call succeeded.
    @discardableResult
    func call(_ request: EngineRequest, patience: Patience = .endless) throws(DockerError) -> [UInt8] {
        try answer(to: request, patience: patience).body
    }

    func answer(
        to request: EngineRequest, patience: Patience
    ) throws(DockerError) -> (head: TransportHead, body: [UInt8]) {
        let (head, body) = try Self.answer(to: request, at: address, version: version, patience: patience)
        guard head.status < 400 else { throw Self.failure(request.action, status: head.status, body: body) }
        return (head, body)
    }

    func value<Value: Decodable>(
        _ type: Value.Type = Value.self, of request: EngineRequest, patience: Patience = .endless
    ) throws(DockerError) -> Value {
        let body = try call(request, patience: patience)
        do { return try JSONDecoder().decode(Value.self, from: Data(body)) } catch {
            throw DockerError(.failed, request.action, "the engine's answer is not what its API promises: \(error)")
        }
    }

    /// An answer that is read as it comes.
    func stream(
        _ request: EngineRequest, uploading upload: (any TransportUpload)? = nil, patience: Patience = .endless
    ) throws(DockerError) -> EngineStream {
        var request = request
        request.isStream = true
        let exchange = try Self.exchange(request, at: address, version: version, upload: upload)
        let stream = EngineStream(exchange, action: request.action, address: address)
        let head = try stream.head(patience)
        guard head.status < 400 else {
            throw Self.failure(request.action, status: head.status, body: try stream.rest(patience))
        }
        return stream
    }

    private static func answer(
        to request: EngineRequest, at address: EngineAddress, version: String?, patience: Patience
    ) throws(DockerError) -> (head: TransportHead, body: [UInt8]) {
        let exchange = try exchange(request, at: address, version: version, upload: nil)
        let stream = EngineStream(exchange, action: request.action, address: address)
        return (try stream.head(patience), try stream.rest(patience))
    }

    private static func exchange(
        _ request: EngineRequest, at address: EngineAddress, version: String?, upload: (any TransportUpload)?
    ) throws(DockerError) -> TransportExchange {
        let deadlines =
            request.isStream ? TransportDeadlines.stream : TransportDeadlines(total: callLimit, idle: callLimit)
        var transport = TransportRequest(
            request.method, request.target(version: version), at: address.endpoint, headers: request.headers,
            body: request.body ?? (request.method == "POST" && upload == nil ? [] : nil), deadlines: deadlines)
        transport.avoidsProxy = true
        // The engine takes a connection over for what a command prints.
        transport.isPlainHTTP = true
        transport.certificates = address.transportCertificates
        do { return try TransportExchange(transport, uploading: upload) } catch {
            throw failure(request.action, error, at: address)
        }
    }

    // MARK: - Failures

    static func failure(_ action: String, _ error: HTTPTransportError, at address: EngineAddress) -> DockerError {
        switch error.reason {
        case .unreachable:
            if let socket = address.socket {
                if access(socket, F_OK) != 0 { return DockerError(.noDaemon, action, "there is no socket \(socket)") }
                if access(socket, R_OK | W_OK) != 0 {
                    return DockerError(.forbidden, action, "permission to use \(socket) is denied")
                }
            }
            return DockerError(.noDaemon, action, "nobody answers at \(address)")
        case .insecure: return DockerError(.insecure, action, error.detail)
        case .unknownHost: return DockerError(.noDaemon, action, "the host of \(address) is not known")
        case .interrupted where address.certificates != nil:
            return DockerError(.noDaemon, action, "the engine broke the connection off: \(error.detail)")
        case .interrupted: return DockerError(.noDaemon, action, "the engine broke the connection off")
        case .connectDeadline where address.socket == nil:
            return DockerError(.noDaemon, action, "nobody answers at \(address)")
        case .totalDeadline, .idleDeadline, .connectDeadline:
            return DockerError(.failed, action, "the engine did not answer in time")
        default: return DockerError(.failed, action, "\(error)")
        }
    }

    static func failure(_ action: String, status: Int, body: [UInt8]) -> DockerError {
        let message = try? JSONDecoder().decode(EngineMessage.self, from: Data(body)).message
        let text = message ?? String(decoding: body.prefix(500), as: UTF8.self)
        return DockerError(reason(status: status, text: text), action, text.isEmpty ? "status \(status)" : text)
    }

    private static func reason(status: Int, text: String) -> DockerError.Reason {
        switch status {
        case 404: return .notFound
        case 409: return .conflict
        case 400, 405, 406: return .refused
        default:
            // A port in use, and a volume or network that somebody has, come as errors of the engine's own.
            let isTaken = ["port is already allocated", "address already in use", "has active endpoints", "is in use"]
                .contains { text.contains($0) }
            return isTaken ? .conflict : .failed
        }
    }
}

extension EngineAddress {
    /// As HTTP is spoken there.
    public var endpoint: TransportEndpoint {
        switch place {
        case .socket(let path): .unixSocket(path: path)
        case .server(let host, let port):
            .server(url: "\(certificates == nil ? "http" : "https")://\(host.contains(":") ? "[\(host)]" : host):\(port)")
        }
    }

    /// Of what is not in the folder, the client does without, as Docker's own does.
    public var transportCertificates: TransportCertificates? {
        guard let certificates else { return nil }
        func file(_ name: String) -> String? {
            let path = "\(certificates)/\(name)"
            return access(path, F_OK) == 0 ? path : nil
        }
        return TransportCertificates(
            authorities: file("ca.pem"), certificate: file("key.pem").flatMap { _ in file("cert.pem") },
            key: file("cert.pem").flatMap { _ in file("key.pem") })
    }
}

/// A version of the engine's API.
struct APIVersion: Comparable, CustomStringConvertible {
    let major: Int
    let minor: Int

    init(_ major: Int, _ minor: Int) {
        self.major = major
        self.minor = minor
    }

    init?(_ text: String) {
        let parts = text.split(separator: ".").map { Int($0) }
        guard parts.count == 2, let major = parts[0], let minor = parts[1] else { return nil }
        self.init(major, minor)
    }

    var description: String { "\(major).\(minor)" }

    static func < (left: APIVersion, right: APIVersion) -> Bool { (left.major, left.minor) < (right.major, right.minor) }
}

/// The answer to `/version`, before a version is agreed on.
private struct EngineVersion: Decodable {
    var apiVersion: String
    var oldestAPIVersion: String?

    enum CodingKeys: String, CodingKey {
        case apiVersion = "ApiVersion"
        case oldestAPIVersion = "MinAPIVersion"
    }
}

/// How the engine explains a failed call.
private struct EngineMessage: Decodable {
    var message: String
}
