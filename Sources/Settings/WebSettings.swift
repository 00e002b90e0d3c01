internal import YAML

/// `web`: the page, the API and the webhooks.
public struct WebSettings: Sendable, Equatable {
    public var listen: ListenAddress
    /// What the file says about `url`; without a slash at its end.
    public var publicURL: String?
    /// Host names that requests may carry besides those that `acceptedHosts` always holds.
    public var allowedHosts: [String]
    /// What somebody may do who did not sign in.
    public var anonymousRole: AnonymousRole
    /// The addresses of proxies whose `X-Forwarded-For` is believed.
    public var trustedProxies: [String]
    /// Whether the file names them.
    public var namesTrustedProxies = false
    /// How long somebody stays signed in without a request, and in all.
    public var sessionIdle: Duration
    public var sessionLifetime: Duration
    /// The provider by which people sign in besides passwords; nil: there is none.
    public var openIDConnect: OpenIDConnectSettings?
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

    /// Whether people reach the page by https, by what `url` says.
    public var isSecure: Bool { publicURL.flatMap(URLParts.init)?.scheme == "https" }

    init(reading reader: SettingsReader) {
        anonymousRole = reader.choice("anonymous_role", default: .none)
        sessionIdle = reader.duration("session_idle", default: .seconds(7 * 86_400), atLeast: .seconds(60))
        sessionLifetime = reader.duration("session_lifetime", default: .seconds(30 * 86_400), atLeast: .seconds(60))
        trustedProxies = ["127.0.0.1", "::1"]
        if reader.mapping?.value("trusted_proxies") != nil {
            namesTrustedProxies = true
            trustedProxies = reader.texts("trusted_proxies").compactMap { text, node in
                if let address = ListenAddress.normalizedAddress(text) { return address }
                reader.error("invalid-address", "expected an IP address such as 127.0.0.1 or ::1, found \"\(text)\"", at: node)
                return nil
            }
        }
        listen = ListenAddress(host: "127.0.0.1", port: 8080)
        if let (text, node) = reader.text("listen") {
            if let address = ListenAddress(text) {
                listen = address
            } else {
                reader.error(
                    "invalid-address", "expected an address and a port such as 127.0.0.1:8080 or [::1]:8080, found \"\(text)\"",
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
        openIDConnect = OpenIDConnectSettings(reading: reader)
        checkReturn(reader)
        warnOfOpenDoors(reader)
    }

    /// The provider sends people back to an address that it has to know beforehand.
    private func checkReturn(_ reader: SettingsReader) {
        guard openIDConnect != nil, publicURL == nil, !listen.isLoopback || listen.port == 0,
            let node = reader.mapping?.value("openid_connect")
        else { return }
        reader.error(
            "missing-key",
            "openid_connect needs web.url, the address under which people reach the page: the provider sends them back there",
            at: node)
    }

    private func warnOfOpenDoors(_ reader: SettingsReader) {
        if let node = reader.mapping?.value("allow_unauthenticated") {
            if reader.boolean("allow_unauthenticated", default: false) {
                reader.error(
                    "replaced-key",
                    "allow_unauthenticated is gone, since people sign in now: make users with \"slipway user add\", or write"
                        + " anonymous_role: operator to let everybody who reaches the page operate it", at: node)
            } else {
                reader.warning("replaced-key", "allow_unauthenticated is gone and has no effect: remove the line", at: node)
            }
        }
        guard !listen.isLoopback, let (text, node) = reader.text("listen") else { return }
        if anonymousRole == .operator {
            reader.warning(
                "open-address",
                "\(text) can be reached from other machines, and with anonymous_role: operator everybody there may start and"
                    + " approve jobs", at: node)
        } else if !isSecure {
            reader.warning(
                "plain-address",
                "\(text) can be reached from other machines, and passwords go there unencrypted: put a proxy with TLS in front,"
                    + " and set web.url to its https address", at: node)
        }
    }
}

/// What somebody may do who did not sign in, on the network listener.
public enum AnonymousRole: String, Sendable, CaseIterable {
    case none, viewer, `operator`
}
