/// Where a Docker Engine listens: a Unix socket, or a port of this or another host, with or without TLS.
///
/// The text is that of `DOCKER_HOST`, as Docker's own client reads it; a path alone is a Unix socket as well.
public struct EngineAddress: Sendable, Hashable, Codable, CustomStringConvertible {
    public enum Place: Sendable, Hashable, Codable {
        /// Absolute.
        case socket(path: String)
        /// A name or an address, without brackets.
        case server(host: String, port: Int)
    }

    public let place: Place
    /// The folder with `ca.pem`, whom the engine is believed, and with `cert.pem` and `key.pem`, by which it knows us. Nil: no TLS.
    public let certificates: String?

    public init(socket path: String) { self.init(.socket(path: path), nil) }

    /// Reads an address.
    ///
    /// - Parameter certificates: for an engine behind a port: TLS is spoken then.
    /// - Throws: `EngineAddressError` where nothing can be asked at it.
    public init(_ text: String, certificates: String? = nil) throws(EngineAddressError) {
        let path = text.hasPrefix("unix://") ? String(text.dropFirst("unix://".count)) : text
        if path.hasPrefix("/") {
            guard path.utf8.count <= 107 else { throw EngineAddressError(text, "the path of a socket has at most 107 bytes") }
            self.init(socket: path)
            return
        }
        guard text.hasPrefix("tcp://") else { throw EngineAddressError(text, Self.complaint(of: text)) }
        guard let (host, port) = Self.server(text.dropFirst("tcp://".count)) else {
            throw EngineAddressError(text, "expected tcp://HOST:PORT")
        }
        self.init(.server(host: host, port: port ?? (certificates == nil ? 2375 : 2376)), certificates)
    }

    private init(_ place: Place, _ certificates: String?) {
        self.place = place
        self.certificates = certificates
    }

    /// The engine that variables name, as Docker's own client has it: `DOCKER_HOST`, `DOCKER_TLS_VERIFY`, `DOCKER_CERT_PATH`.
    ///
    /// - Returns: nil where they name none.
    public init?(environment: [String: String]) throws(EngineAddressError) {
        guard let host = environment["DOCKER_HOST"], !host.isEmpty else { return nil }
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        let home = value("DOCKER_CONFIG") ?? value("HOME").map { "\($0)/.docker" } ?? "/root/.docker"
        if value("DOCKER_TLS_VERIFY") == nil, value("DOCKER_TLS") != nil, host.hasPrefix("tcp://") {
            throw EngineAddressError(host, "DOCKER_TLS alone believes every server: set DOCKER_TLS_VERIFY")
        }
        try self.init(host, certificates: value("DOCKER_TLS_VERIFY").map { _ in value("DOCKER_CERT_PATH") ?? home })
    }

    private static func complaint(of text: String) -> String {
        if text.hasPrefix("ssh://") {
            return
                "Slipway runs no ssh to reach an engine: forward its socket (ssh -N -L /run/engine.sock:/var/run/docker.sock "
                + "HOST) and name that, or have the engine listen with TLS"
        }
        return "expected the absolute path of a socket, unix:///PATH or tcp://HOST:PORT"
    }

    /// `host:port`, `host`, `[::1]:port`
    private static func server(_ text: Substring) -> (host: String, port: Int?)? {
        var text = text
        if text.hasSuffix("/") { text = text.dropLast() }
        var host = text
        var rest = text[text.endIndex...]
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            host = text[text.index(after: text.startIndex)..<end]
            rest = text[text.index(after: end)...]
        } else if let colon = text.firstIndex(of: ":") {
            host = text[..<colon]
            rest = text[colon...]
        }
        // What is no part of a name or an address would change what the whole means.
        let isPlain = host.utf8.allSatisfy {
            (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || "-._:".utf8.contains($0)
        }
        guard !host.isEmpty, isPlain else { return nil }
        if rest.isEmpty { return (String(host), nil) }
        guard rest.first == ":", let port = Int(rest.dropFirst()), (1...65535).contains(port) else { return nil }
        return (String(host), port)
    }

    /// The path of a Unix socket; nil for a port.
    public var socket: String? {
        if case .socket(let path) = place { return path }
        return nil
    }

    /// As `DOCKER_HOST` has it.
    public var text: String {
        switch place {
        case .socket(let path): "unix://\(path)"
        case .server(let host, let port): "tcp://\(host.contains(":") ? "[\(host)]" : host):\(port)"
        }
    }

    public var description: String { socket ?? (certificates == nil ? text : "\(text) (TLS)") }
}

/// Why an address is none at which an engine can be asked.
public struct EngineAddressError: Error, Equatable, Sendable, CustomStringConvertible {
    public let address: String
    public let problem: String

    init(_ address: String, _ problem: String) {
        self.address = address
        self.problem = problem
    }

    public var description: String { "\"\(address)\" is no address of a Docker Engine: \(problem)" }
}
