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
        } else if let colon = text.firstIndex(of: ":"), !text[..<colon].contains("/") {
            let host = text[..<colon].split(separator: "@").last.map(String.init) ?? ""
            let path = String(text[text.index(after: colon)...])
            guard ListenAddress.isHostName(host), !host.hasPrefix("-"), !path.isEmpty, !text.hasPrefix("-") else {
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
