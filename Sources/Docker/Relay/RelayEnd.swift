internal import CLibSSL
internal import EngineAddresses
internal import Glibc
internal import HTTPTransport

/// The engine's end of a relayed connection: TCP, or TLS over it. Used by one thread.
///
/// libcurl, which does all other requests, has no way to say that nothing more is sent and to read on; commands that get their
/// input from a pipe (`docker run -i`) end by that.
final class RelayEnd {
    let descriptor: Int32
    private var connection: OpaquePointer?
    private var context: OpaquePointer?
    /// Whether TLS has to send before it can go on.
    private(set) var wantsWrite = false
    private static let connectLimit = 10

    /// - Parameter ended: readable, or at its end, where nobody wants the connection any more.
    /// - Throws: `DockerError` with `noDaemon` or `insecure`.
    convenience init(to address: EngineAddress, ended: Int32) throws(DockerError) {
        let action = "reach the engine at \(address)"
        guard case .server(let host, let port) = address.place else {
            throw DockerError(.failed, action, "it is no server")
        }
        let waiting = RelayPatience(ended: ended, until: .now + .seconds(Self.connectLimit))
        let descriptor = try Self.connect(host, port, waiting, action)
        try self.init(over: descriptor, to: host, address.transportCertificates, waiting, action)
    }

    /// - Parameters:
    ///   - descriptor: connected, and does not block; closed with the value.
    ///   - host: whom its certificate has to name.
    ///   - certificates: nil: no TLS.
    init(
        over descriptor: Int32, to host: String, _ certificates: TransportCertificates?, _ waiting: RelayPatience,
        _ action: String
    ) throws(DockerError) {
        self.descriptor = descriptor
        guard let certificates else { return }
        context = SSL_CTX_new(TLS_client_method())
        connection = context.flatMap { SSL_new($0) }
        guard let context, let connection else { throw DockerError(.insecure, action, Self.problem) }
        slipway_ssl_use_oldest_version(context)
        let isTrusting =
            certificates.authorities.map { SSL_CTX_load_verify_locations(context, $0, nil) }
            ?? SSL_CTX_set_default_verify_paths(context)
        guard isTrusting == 1 else { throw DockerError(.insecure, action, Self.problem) }
        if let certificate = certificates.certificate, let key = certificates.key {
            guard SSL_use_certificate_chain_file(connection, certificate) == 1,
                SSL_use_PrivateKey_file(connection, key, SSL_FILETYPE_PEM) == 1
            else { throw DockerError(.insecure, action, Self.problem) }
        }
        slipway_ssl_set_modes(connection)
        guard slipway_ssl_expect_host(connection, host) == 1, SSL_set_fd(connection, descriptor) == 1 else {
            throw DockerError(.insecure, action, Self.problem)
        }
        try shakeHands(connection, waiting, action)
    }

    deinit {
        if let connection { SSL_free(connection) }
        if let context { SSL_CTX_free(context) }
        close(descriptor)
    }

    // MARK: - Bytes

    func read(_ buffer: UnsafeMutableRawBufferPointer) -> RelayOutcome {
        guard let connection else { return RelayOutcome(count: recv(descriptor, buffer.baseAddress, buffer.count, 0)) }
        ERR_clear_error()
        return outcome(SSL_read(connection, buffer.baseAddress, Int32(clamping: buffer.count)))
    }

    func write(_ bytes: UnsafeRawBufferPointer) -> RelayOutcome {
        guard let connection else {
            let outcome = RelayOutcome(count: send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL)))
            return outcome == .end ? .broken : outcome
        }
        ERR_clear_error()
        let outcome = outcome(SSL_write(connection, bytes.baseAddress, Int32(clamping: bytes.count)))
        return outcome == .end ? .broken : outcome
    }

    /// Says that nothing more is sent; what the engine still has to say can be read. All that was written has to be gone.
    ///
    /// - Returns: `notNow` where there is no room for it: asked again once the descriptor takes more. Not asked again otherwise: it would
    ///   wait for the other side's end, and throw away what comes before that.
    func finishWriting() -> RelayOutcome {
        guard let connection else { return shutdown(descriptor, Int32(SHUT_WR)) == 0 ? .end : .broken }
        ERR_clear_error()
        // Zero says that ours is sent, and that of the other side is still to come.
        let result = SSL_shutdown(connection)
        guard result < 0 else { return .end }
        return SSL_get_error(connection, result) == SSL_ERROR_WANT_WRITE ? .notNow : .broken
    }

    private func outcome(_ result: Int32) -> RelayOutcome {
        wantsWrite = false
        if result > 0 { return .moved(Int(result)) }
        switch SSL_get_error(connection, result) {
        case SSL_ERROR_WANT_READ: return .notNow
        case SSL_ERROR_WANT_WRITE:
            wantsWrite = true
            return .notNow
        case SSL_ERROR_ZERO_RETURN: return .end
        default: return .broken
        }
    }

    // MARK: - The connection

    private static func connect(
        _ host: String, _ port: Int, _ waiting: RelayPatience, _ action: String
    ) throws(DockerError) -> Int32 {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, "\(port)", &hints, &found) == 0, let found else {
            throw DockerError(.noDaemon, action, "its host is not known")
        }
        defer { freeaddrinfo(found) }
        var next: UnsafeMutablePointer<addrinfo>? = found
        while let entry = next?.pointee {
            if let descriptor = connected(entry, waiting) { return descriptor }
            next = entry.ai_next
        }
        throw DockerError(.noDaemon, action, "nobody answers there")
    }

    private static func connected(_ entry: addrinfo, _ waiting: RelayPatience) -> Int32? {
        let kind = entry.ai_socktype | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let descriptor = socket(entry.ai_family, kind, 0)
        guard descriptor >= 0 else { return nil }
        var isConnected = Glibc.connect(descriptor, entry.ai_addr, entry.ai_addrlen) == 0
        if !isConnected, errno == EINPROGRESS, waiting.wait(for: descriptor, Int16(POLLOUT)) {
            var problem: Int32 = 0
            var length = socklen_t(MemoryLayout<Int32>.size)
            isConnected = getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &problem, &length) == 0 && problem == 0
        }
        guard isConnected else {
            close(descriptor)
            return nil
        }
        var isOn: Int32 = 1
        let length = socklen_t(MemoryLayout<Int32>.size)
        // Without these it works as well, later or longer than need be.
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &isOn, length)
        setsockopt(descriptor, SOL_SOCKET, SO_KEEPALIVE, &isOn, length)
        return descriptor
    }

    private func shakeHands(
        _ connection: OpaquePointer, _ waiting: RelayPatience, _ action: String
    ) throws(DockerError) {
        while true {
            ERR_clear_error()
            let result = SSL_connect(connection)
            if result == 1 { return }
            let events: Int
            switch SSL_get_error(connection, result) {
            case SSL_ERROR_WANT_READ: events = Int(POLLIN)
            case SSL_ERROR_WANT_WRITE: events = Int(POLLOUT)
            default: throw DockerError(.insecure, action, Self.problem)
            }
            guard waiting.wait(for: descriptor, Int16(events)) else {
                throw DockerError(.noDaemon, action, "it does not speak TLS in time")
            }
        }
    }

    /// What OpenSSL says was wrong last.
    private static var problem: String {
        let code = ERR_get_error()
        guard code != 0, let text = ERR_reason_error_string(code) else { return "TLS could not be begun" }
        return String(cString: text)
    }
}

/// How long a connection may take to be made.
struct RelayPatience {
    let ended: Int32
    let until: ContinuousClock.Instant

    init(ended: Int32, until: ContinuousClock.Instant) {
        self.ended = ended
        self.until = until
    }

    /// - Returns: false where it took too long, or nobody wants it any more.
    func wait(for descriptor: Int32, _ events: Int16) -> Bool {
        let left = until - .now
        guard left > .zero else { return false }
        var entries = [pollfd(fd: descriptor, events: events, revents: 0), pollfd(fd: ended, events: Int16(POLLIN), revents: 0)]
        let milliseconds = left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000
        return poll(&entries, 2, Int32(clamping: milliseconds + 1)) > 0 && entries[1].revents == 0
    }
}
