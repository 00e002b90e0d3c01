internal import PercentCoding

extension RemoteAddress {
    /// Reads an address; what is none (an unknown scheme, no host, no path, control characters) is an error that says so.
    public init(parsing text: String) throws(GitError) {
        guard !text.isEmpty else { throw Self.invalid(text, "it is empty") }
        guard text.unicodeScalars.allSatisfy({ $0.value >= 32 && $0.value != 127 }) else {
            throw Self.invalid("the address", "it has control characters in it")
        }
        // What starts with a dash would be an option to any program that gets it.
        guard !text.hasPrefix("-") else { throw Self.invalid(text, "it starts with a dash") }
        if let separator = text.firstRange(of: "://") {
            self = try Self.url(scheme: text[..<separator.lowerBound], rest: text[separator.upperBound...])
        } else if let short = try Self.shortForm(text) {
            self = short
        } else {
            self.init(text: text, scheme: .path, path: text)
        }
    }

    private static func url(scheme name: Substring, rest: Substring) throws(GitError) -> RemoteAddress {
        let spelled = name.lowercased()
        let known = spelled == "git+ssh" || spelled == "ssh+git" ? "ssh" : spelled
        guard let scheme = Scheme(rawValue: known), scheme != .path else {
            throw invalid("\(name)://…", "'\(name)' is no scheme that is supported; use https, http, ssh, git or file")
        }
        if scheme == .file {
            // file://localhost/path is the one host that means this machine.
            let path = rest.lowercased().hasPrefix("localhost/") ? rest.dropFirst("localhost".count) : rest
            guard path.hasPrefix("/") else { throw invalid("file://\(rest)", "a file URL has an absolute path") }
            return RemoteAddress(text: "file://\(path)", scheme: .file, path: PercentEncoding.decoded(String(path)))
        }
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        let path = String(rest[slash...])
        let authority = rest[..<slash]
        let (login, place) = splitLogin(authority)
        let shown = "\(scheme.rawValue)://\(place)\(path)"
        let (host, port) = try hostAndPort(place, shown: shown)
        guard path.count > 1 else { throw invalid(shown, "it names no repository on its host") }
        let user = login.flatMap { $0.user.isEmpty ? nil : PercentEncoding.decoded(String($0.user)) }
        let password = login?.password.map { PercentEncoding.decoded(String($0)) }
        let visibleUser = login.flatMap { $0.user.isEmpty ? nil : "\($0.user)@" } ?? ""
        return RemoteAddress(
            text: "\(scheme.rawValue)://\(visibleUser)\(place)\(path)", scheme: scheme, user: user, password: password,
            host: host, port: port, path: path)
    }

    private static func splitLogin(
        _ authority: Substring
    ) -> (login: (user: Substring, password: Substring?)?, place: Substring) {
        guard let at = authority.lastIndex(of: "@") else { return (nil, authority) }
        let login = authority[..<at]
        let place = authority[authority.index(after: at)...]
        guard let colon = login.firstIndex(of: ":") else { return ((login, nil), place) }
        return ((login[..<colon], login[login.index(after: colon)...]), place)
    }

    private static func hostAndPort(_ place: Substring, shown: String) throws(GitError) -> (String, Int?) {
        var host = place
        var portText: Substring?
        if place.hasPrefix("["), let bracket = place.firstIndex(of: "]") {
            host = place[place.index(after: place.startIndex)..<bracket]
            let after = place[place.index(after: bracket)...]
            guard after.isEmpty || after.hasPrefix(":") else { throw invalid(shown, "its host is not well formed") }
            portText = after.isEmpty ? nil : after.dropFirst()
        } else if let colon = place.lastIndex(of: ":") {
            host = place[..<colon]
            portText = place[place.index(after: colon)...]
        }
        guard !host.isEmpty else { throw invalid(shown, "it names no host") }
        guard !host.hasPrefix("-") else { throw invalid(shown, "its host starts with a dash") }
        guard let portText, !portText.isEmpty else { return (String(host), nil) }
        guard let port = Int(portText), (1...65535).contains(port) else {
            throw invalid(shown, "'\(portText)' is no port number")
        }
        return (String(host), port)
    }

    /// `[user@]host:path`: a colon before the first slash, outside of brackets.
    private static func shortForm(_ text: String) throws(GitError) -> RemoteAddress? {
        let firstSlash = text.firstIndex(of: "/") ?? text.endIndex
        let head = text[..<firstSlash]
        let searchStart = head.firstIndex(of: "[").flatMap { head[$0...].firstIndex(of: "]") } ?? head.startIndex
        guard let colon = head[searchStart...].firstIndex(of: ":") else { return nil }
        let path = text[text.index(after: colon)...]
        let authority = text[..<colon]
        let (login, place) = splitLogin(authority)
        guard !path.isEmpty else { throw invalid(text, "it names no repository on its host") }
        guard !place.hasPrefix("-") else { throw invalid(text, "its host starts with a dash") }
        var (host, port): (String, Int?) = (String(place), nil)
        if place.hasPrefix("["), place.hasSuffix("]") {
            let inner = place.dropFirst().dropLast()
            // Two colons and more are an IPv6 address, one separates a port.
            let isAddress = inner.filter { $0 == ":" }.count > 1
            (host, port) = isAddress ? (String(inner), nil) : try hostAndPort(inner, shown: text)
        }
        guard !host.isEmpty else { throw invalid(text, "it names no host") }
        return RemoteAddress(
            text: text, scheme: .ssh, user: (login?.user).map(String.init), host: host, port: port, path: String(path))
    }

    private static func invalid(_ text: String, _ reason: String) -> GitError {
        GitError(
            .notFound, operation: "reading the address", subject: "'\(text)'", reason: reason,
            remedy: "Write it like https://host/team/repository.git, git@host:team/repository.git or /srv/repository.git.")
    }
}

extension RemoteAddress: Codable {
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        self = try RemoteAddress(parsing: text)
    }

    /// Encodes the address without its password.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
