internal import FoundationEssentials

/// The address of a daemon on another host.
struct RemoteDaemon: Equatable {
    /// Scheme, host and port: `https://ci.example.org`.
    let origin: String
    /// Whether it is this host all the same, as behind a tunnel.
    let isLoopback: Bool

    /// - Parameter source: the option or variable that has it, for messages.
    /// - Throws: where it is no such address, or where a token would go over a network for everybody to read.
    init(_ text: String, saidBy source: String) throws(CommandFailure) {
        guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
            ["http", "https"].contains(scheme),
            let host = parts.host, !host.isEmpty, parts.user == nil, parts.password == nil
        else {
            throw CommandFailure(
                .usage, "\(source) is the address of a daemon's page, such as https://ci.example.org, not \"\(text)\"")
        }
        guard parts.path.isEmpty || parts.path == "/", parts.query == nil, parts.fragment == nil else {
            throw CommandFailure(.usage, "\(source) is scheme, host and port only, without a path: \(text)")
        }
        isLoopback = ["localhost", "127.0.0.1", "::1", "[::1]"].contains(host.lowercased())
        guard scheme == "https" || isLoopback else {
            throw CommandFailure(
                .usage,
                "\(source) has to begin with https://, since everybody between here and \(host) could read the token: put a proxy "
                    + "with TLS before the page, or use a tunnel (ssh -L 8080:127.0.0.1:8080 \(host)) and http://127.0.0.1:8080")
        }
        origin = "\(scheme)://\(parts.percentEncodedHost ?? host)\(parts.port.map { ":\($0)" } ?? "")"
    }
}
