internal import PercentCoding

/// The head of a request, taken apart.
struct ServiceRequest: Sendable {
    var method: String
    /// As it was sent: nothing in our paths needs escapes.
    var path: String
    var query: [String: String]
    /// By lower-case names.
    var headers: [String: String]
    /// Host and port of this server, as the caller reached it.
    var address: String

    init(method: String, uri: String, headers: [(name: String, value: String)], address: String) {
        self.method = method
        self.address = address
        let parts = uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        path = String(parts[0])
        query = Dictionary(
            (parts.count > 1 ? parts[1] : "").split(separator: "&").map { pair in
                let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                return (PercentEncoding.decoded(sides[0]), sides.count > 1 ? PercentEncoding.decoded(sides[1]) : "")
            }, uniquingKeysWith: { first, _ in first })
        self.headers = Dictionary(
            headers.map { ($0.name.lowercased(), $0.value) }, uniquingKeysWith: { first, _ in first })
    }

    /// The path without its ends, name by name.
    var names: [Substring] { path.split(separator: "/") }

    /// The token after `Bearer`.
    var token: String? {
        guard let header = headers["authorization"] else { return nil }
        let words = header.split(separator: " ")
        return words.count == 2 && words[0].lowercased() == "bearer" ? String(words[1]) : nil
    }
}

/// A range of a stored file that is asked for (RFC 9110, only the forms with a beginning).
struct ByteRange: Equatable, Sendable {
    var start: Int64
    /// Inclusive; nil: to the end.
    var end: Int64?

    /// Nil for what is no single range of bytes with a beginning: the whole file is answered then.
    init?(_ text: String?) {
        guard let text, text.hasPrefix("bytes=") else { return nil }
        let sides = text.dropFirst(6).split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard sides.count == 2, let start = Int64(sides[0]), start >= 0 else { return nil }
        self.start = start
        guard !sides[1].isEmpty else { return }
        guard let end = Int64(sides[1]), end >= start else { return nil }
        self.end = end
    }
}
