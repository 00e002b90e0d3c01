#if canImport(Glibc)
    internal import Glibc
#else
    internal import Musl
#endif

/// A host and a port to listen on: `127.0.0.1:8080`, `[::1]:8080`, `localhost:8080`.
public struct ListenAddress: Sendable, Hashable, CustomStringConvertible {
    /// An IP address or a name, an IPv6 address without brackets.
    public var host: String
    /// 0 lets the system choose a free port.
    public var port: Int

    public init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Nil where the text has another form.
    public init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let digits = text[text.index(after: colon)...]
        guard !digits.isEmpty, digits.allSatisfy(\.isASCIIDigit), let port = Int(digits), port <= 65535 else { return nil }
        let host = text[..<colon]
        guard Self.isHostName(String(host)) else { return nil }
        self.init(host: String(host.first == "[" ? host.dropFirst().dropLast() : host), port: port)
    }

    public var description: String { "\(hostInURL):\(port)" }

    /// The host as it stands in a URL and in a `Host` header: an IPv6 address in brackets.
    public var hostInURL: String { host.contains(":") ? "[\(host)]" : host }

    /// Whether only this machine can reach the address.
    public var isLoopback: Bool {
        if host == "localhost" || host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    /// An IP address in the one form in which a connection's other end is told; nil where the text is none.
    static func normalizedAddress(_ text: String) -> String? {
        var four = in_addr()
        if inet_pton(AF_INET, text, &four) == 1 { return text }
        var six = in6_addr()
        var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard inet_pton(AF_INET6, text, &six) == 1,
            inet_ntop(AF_INET6, &six, &buffer, socklen_t(buffer.count)) != nil
        else { return nil }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Whether a text is a name, an IPv4 address, or an IPv6 address in brackets.
    static func isHostName(_ text: String) -> Bool {
        if text.hasPrefix("["), text.hasSuffix("]") {
            let inner = text.dropFirst().dropLast()
            return inner.contains(":") && inner.allSatisfy { $0 == ":" || $0 == "." || ($0.isASCII && $0.isHexDigit) }
        }
        return !text.isEmpty && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "." || $0 == "-") }
    }
}

extension Character {
    var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}
