/// The address of a Git repository as `url` may give it: a URL, `user@host:path`, or a path.
struct RepositoryAddress {
    enum Transport: String {
        case http, ssh, local
    }

    let transport: Transport
    /// The scheme of a URL; `ssh` for the scp form, `file` for a path.
    let scheme: String
    /// The address with a path made absolute.
    let text: String
    /// Of a server; an IPv6 address with its brackets, with the port that http(s) gives.
    let authority: String?
    /// Below the server, without slashes around it and without `.git`.
    let path: String

    /// - Parameter folder: what a relative path starts from.
    init(_ text: String, folder: String) throws(SettingsError) {
        if text.contains("://") {
            try self.init(url: text)
        } else if let (place, path) = Self.shortForm(text) {
            guard let host = Self.host(ofShortForm: place), !host.hasPrefix("-"), !path.isEmpty, !text.hasPrefix("-") else {
                throw SettingsError("expected a URL, user@host:path or a path, found \"\(text)\"")
            }
            self.init(transport: .ssh, scheme: "ssh", text: text, authority: host, path: path)
        } else if text.hasPrefix("~") {
            throw SettingsError("\"~\" is not expanded; write the whole path instead of \"\(text)\"")
        } else if text.isEmpty || text.hasPrefix("-") {
            throw SettingsError("expected a URL, user@host:path or a path, found \"\(text)\"")
        } else {
            let path = text.hasPrefix("/") ? text : SettingsHost.join(folder, text)
            self.init(transport: .local, scheme: "file", text: path, authority: nil, path: path)
        }
    }

    /// The parts of `[user@]host:path`: a colon before the first slash, outside of brackets. Nil for a path.
    private static func shortForm(_ text: String) -> (place: Substring, path: String)? {
        let head = text.prefix { $0 != "/" }
        let start = head.firstIndex(of: "[").flatMap { head[$0...].firstIndex(of: "]") } ?? head.startIndex
        guard let colon = head[start...].firstIndex(of: ":") else { return nil }
        let login = head[..<colon]
        let place = login.lastIndex(of: "@").map { login[login.index(after: $0)...] } ?? login
        return (place, String(text[text.index(after: colon)...]))
    }

    /// Git knows `[host:port]` and `[address]` there, the latter of IPv6, which stays in its brackets.
    private static func host(ofShortForm place: Substring) -> String? {
        var host = place
        if place.hasPrefix("["), place.hasSuffix("]"), place.count(where: { $0 == ":" }) < 2 {
            let inner = place.dropFirst().dropLast()
            host = inner.prefix { $0 != ":" }
            let port = inner.dropFirst(host.count)
            guard port.isEmpty || Int(port.dropFirst()).map((1...65535).contains) == true else { return nil }
        }
        return ListenAddress.isHostName(String(host)) ? String(host) : nil
    }

    private init(url text: String) throws(SettingsError) {
        guard let parts = URLParts(text) else { throw SettingsError("this is not a URL: \"\(text)\"") }
        switch parts.scheme {
        case "http", "https":
            guard parts.user == nil else {
                throw SettingsError("credentials do not belong into the URL; use credentials.token and credentials.username")
            }
            guard !parts.host.isEmpty else { throw SettingsError("the URL names no host: \"\(text)\"") }
            self.init(transport: .http, scheme: parts.scheme, text: text, authority: parts.authority, path: parts.path)
        case "ssh", "git+ssh", "ssh+git":
            guard parts.user?.contains(":") != true else {
                throw SettingsError("a password does not belong into the URL; use credentials.ssh_key")
            }
            guard !parts.host.isEmpty, !parts.host.hasPrefix("-") else {
                throw SettingsError("the URL names no host: \"\(text)\"")
            }
            self.init(transport: .ssh, scheme: parts.scheme, text: text, authority: parts.host, path: parts.path)
        case "file":
            self.init(transport: .local, scheme: "file", text: text, authority: nil, path: parts.path)
        default:
            throw SettingsError("expected a URL with https, http, ssh or file, found \"\(parts.scheme)\"")
        }
    }

    private init(transport: Transport, scheme: String, text: String, authority: String?, path: String) {
        self.transport = transport
        self.scheme = scheme
        self.text = text
        self.authority = authority
        let trimmed = path.trimmingSlashes.drop { $0 == "/" }
        self.path = String(trimmed.hasSuffix(".git") ? trimmed.dropLast(4) : trimmed)
    }
}
