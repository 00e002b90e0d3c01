internal import FoundationEssentials
internal import Glibc
internal import HTTPTransport
internal import Web

/// The daemon's API: on its operator socket, or as the page has it, with a token.
///
/// Every failure becomes a sentence: no daemon has the status `unreachable`, a request that it refuses `rejected`.
struct DaemonClient: Sendable {
    let endpoint: TransportEndpoint
    private let token: String?
    private let avoidsProxy: Bool
    private let transport = TransportClient()

    init(endpoint: TransportEndpoint, token: String? = nil, avoidsProxy: Bool = false) {
        self.endpoint = endpoint
        self.token = token
        self.avoidsProxy = avoidsProxy
    }

    init(socket: String) { self.init(endpoint: .unixSocket(path: socket)) }

    /// The body of the answer to a `GET`.
    func get(_ path: String, query: [(name: String, value: String?)] = []) async throws(CommandFailure) -> [UInt8] {
        try await send("GET", URLText.path(path, query: query))
    }

    /// - Parameter body: sent as JSON.
    func send(
        _ method: String, _ path: String, body: (any Encodable & Sendable)? = nil
    ) async throws(CommandFailure) -> [UInt8] {
        var request = request(method, path)
        if let body {
            guard let data = try? JSONEncoder().encode(body) else {
                throw CommandFailure(.usage, "the request can't be written as JSON")
            }
            request.headers.append(("Content-Type", "application/json"))
            request.body = Array(data)
        }
        let response: TransportResponse
        do {
            response = try await transport.send(request)
        } catch {
            throw failure(error)
        }
        try check(status: response.status, body: response.body)
        return response.body
    }

    private func request(_ method: String, _ path: String) -> TransportRequest {
        var request = TransportRequest(method, path, at: endpoint)
        if let token { request.headers = [("Authorization", "Bearer \(token)")] }
        request.avoidsProxy = avoidsProxy
        return request
    }

    /// An answer that is read while it comes. Errors of the connection are the transport's, so that a caller can go on
    /// where it broke.
    func stream(
        _ path: String, headers: [(name: String, value: String)] = [], idle: Duration?
    ) async throws -> TransportStream {
        var request = request("GET", path)
        request.headers += headers
        request.deadlines = TransportDeadlines(total: nil, idle: idle)
        let stream = try await transport.stream(request)
        guard stream.status >= 400 else { return stream }
        var body: [UInt8] = []
        for try await chunk in stream.body where body.count < 1 << 20 { body += chunk }
        try check(status: stream.status, body: body)
        return stream
    }

    static func decode<Value: Decodable>(_ type: Value.Type, from body: [UInt8]) throws(CommandFailure) -> Value {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        do {
            return try decoder.decode(type, from: Data(body))
        } catch {
            throw CommandFailure(
                .rejected, "the daemon's answer is not understood; is it of another version? Compare with --version (\(error))")
        }
    }

    /// What to say about a connection that failed.
    func failure(_ error: HTTPTransportError) -> CommandFailure {
        guard error.isTransient else { return CommandFailure(.rejected, error.description) }
        guard case .unixSocket(let socket) = endpoint else {
            return CommandFailure(.unreachable, error.description)
        }
        if access(socket, F_OK) == 0, access(socket, R_OK | W_OK) != 0 {
            return CommandFailure(
                .unreachable, "you may not use the socket \(socket); run the command with sudo or as the daemon's user")
        }
        guard error.reason != .unreachable else {
            return CommandFailure(
                .unreachable,
                "no daemon answers on \(socket); start it (systemctl start slipway), or name its socket with --socket")
        }
        return CommandFailure(.unreachable, "\(error.description); see the daemon's log (journalctl -u slipway)")
    }

    private func check(status: Int, body: [UInt8]) throws(CommandFailure) {
        guard status >= 400 else { return }
        let exit: ExitStatus = status == 400 ? .usage : .rejected
        guard let problem = try? Self.decode(ProblemRepresentation.self, from: body) else {
            throw CommandFailure(exit, "the daemon answered with status \(status)")
        }
        let remarks = (problem.diagnostics ?? []).map { diagnostic in
            "\n  \(diagnostic.file):\(diagnostic.line):\(diagnostic.column): \(diagnostic.severity): \(diagnostic.message)"
        }
        var remedy = ""
        if status == 401, case .server(let url) = endpoint {
            remedy = "\n  make a token on \(url)/account, and give it with SLIPWAY_TOKEN or --token-file"
        }
        throw CommandFailure(exit, problem.detail + remarks.joined() + remedy)
    }
}
