/// The parts of a URL that the settings look at; not a validation of the rest.
struct URLParts {
    /// In lower case.
    var scheme: String
    /// `name` or `name:password`.
    var user: String?
    /// In lower case, an IPv6 address with its brackets.
    var host: String
    var port: Int?
    /// With its slash at the front, without query and fragment.
    var path: String

    /// Nil where the text is not `scheme://authority/path`, or has white space in it.
    init?(_ text: String) {
        guard let separator = text.firstRange(of: "://"), !text.contains(where: \.isWhitespace) else { return nil }
        scheme = text[..<separator.lowerBound].lowercased()
        guard scheme.first?.isLetter == true,
            scheme.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) })
        else { return nil }
        let rest = text[separator.upperBound...].prefix { $0 != "?" && $0 != "#" }
        let authority = rest.prefix { $0 != "/" }
        path = String(rest[authority.endIndex...])
        var hostAndPort = authority
        if let at = authority.lastIndex(of: "@") {
            user = String(authority[..<at])
            hostAndPort = authority[authority.index(after: at)...]
        }
        if let colon = hostAndPort.lastIndex(of: ":"), hostAndPort.last != "]" {
            guard let number = Int(hostAndPort[hostAndPort.index(after: colon)...]), (0...65535).contains(number) else {
                return nil
            }
            port = number
            hostAndPort = hostAndPort[..<colon]
        }
        host = hostAndPort.lowercased()
        guard host.isEmpty || ListenAddress.isHostName(host) else { return nil }
    }

    /// Host and port as they stand in the URL.
    var authority: String { port.map { "\(host):\($0)" } ?? host }
}

extension String {
    var trimmingSlashes: String {
        var text = self
        while text.hasSuffix("/") { text.removeLast() }
        return text
    }
}
