internal import HTTPTransport
internal import PercentCoding

/// A URL of the provider's: by https, or on this machine.
///
/// Secrets go there, and what comes from there is believed, so nobody in between may read or change it.
struct ProviderAddress: Sendable, Equatable {
    let text: String
    /// Scheme, host and port.
    let origin: String
    /// From its slash on, with the query.
    let path: String
    let isLoopback: Bool

    /// Nil for what is no such URL, or has a fragment or a user in it.
    init?(_ text: String) {
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") && $0 != UInt8(ascii: "#") }),
            let separator = text.firstRange(of: "://")
        else { return nil }
        let scheme = text[..<separator.lowerBound].lowercased()
        let rest = text[separator.upperBound...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        let host = Self.host(of: authority).lowercased()
        guard !host.isEmpty, !authority.contains("@") else { return nil }
        isLoopback = ["localhost", "127.0.0.1", "[::1]"].contains(host)
        guard scheme == "https" || (scheme == "http" && isLoopback) else { return nil }
        self.text = text
        origin = "\(scheme)://\(authority)"
        let tail = rest[authority.endIndex...]
        path = tail.hasPrefix("/") ? String(tail) : "/\(tail)"
    }

    private static func host(of authority: Substring) -> Substring {
        guard authority.hasPrefix("["), let end = authority.firstIndex(of: "]") else { return authority.prefix { $0 != ":" } }
        return authority[...end]
    }

    /// The address with more in its query; names and values are encoded here.
    func adding(_ fields: [(name: String, value: String)]) -> String {
        text + (text.contains("?") ? "&" : "?") + FormText.encoded(fields)
    }
}

/// The form of queries and of `application/x-www-form-urlencoded`, with every character escaped that may be.
enum FormText {
    static func encoded(_ fields: [(name: String, value: String)]) -> String {
        fields.map { "\(PercentEncoding.encoded($0.name))=\(PercentEncoding.encoded($0.value))" }.joined(separator: "&")
    }
}
