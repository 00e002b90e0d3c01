internal import YAML

/// `web`: the page, the API and the webhooks.
public struct WebSettings: Sendable, Equatable {
    public var listen: ListenAddress
    /// What the file says about `url`; without a slash at its end.
    public var publicURL: String?
    /// Host names that requests may carry besides those that `acceptedHosts` always holds.
    public var allowedHosts: [String]
    /// Whether everybody who reaches an address that is not a loopback one may operate the daemon.
    public var allowsUnauthenticated: Bool
    /// The largest body of a request, in bytes; the forges send webhooks of up to 25 MiB.
    public var bodyLimit: Int

    /// The address under which people reach the page, for links; without a slash at its end.
    public var url: String { publicURL ?? "http://\(listen)" }

    /// The same where `listen` asks for any free port, which became `port`.
    public func url(listeningOn port: Int) -> String {
        publicURL ?? "http://\(ListenAddress(host: listen.host, port: port))"
    }

    /// The host names, in lower case and without ports, that a request's `Host` may carry: loopback names, the address
    /// that is listened on, the host of `url`, and `allowedHosts`.
    public var acceptedHosts: Set<String> {
        let fixed = ["localhost", "127.0.0.1", "[::1]", listen.hostInURL]
        let all = fixed + [URLParts(url)?.host].compactMap(\.self) + allowedHosts
        return Set(all.map { $0.lowercased() })
    }

    init(reading reader: SettingsReader) {
        allowsUnauthenticated = reader.boolean("allow_unauthenticated", default: false)
        listen = ListenAddress(host: "127.0.0.1", port: 8080)
        if let (text, node) = reader.text("listen") {
            if let address = ListenAddress(text) {
                listen = address
            } else {
                reader.error(
                    "invalid-address", "expected an address and a port such as 127.0.0.1:8080 or [::1]:8080, found \"\(text)\"",
                    at: node)
            }
            if !listen.isLoopback && !allowsUnauthenticated {
                reader.error(
                    "open-address",
                    "\(text) can be reached from other machines, and the page has no sign-in: everybody could start jobs;"
                        + " listen on 127.0.0.1 behind a proxy that signs people in, or set web.allow_unauthenticated: true",
                    at: node)
            }
        }
        if let (text, node) = reader.text("url") {
            if let parts = URLParts(text), ["http", "https"].contains(parts.scheme), !parts.host.isEmpty, parts.user == nil {
                publicURL = text.trimmingSlashes
            } else {
                reader.error("invalid-url", "expected a URL such as https://ci.example.org, found \"\(text)\"", at: node)
            }
        }
        allowedHosts = reader.texts("allowed_hosts").compactMap { text, node in
            if ListenAddress.isHostName(text) { return text }
            reader.error(
                "invalid-host", "expected a host name without scheme and port such as ci.example.org, found \"\(text)\"", at: node
            )
            return nil
        }
        bodyLimit = reader.byteSize("body_limit", default: 25 << 20, atLeast: 1 << 10)
    }
}
