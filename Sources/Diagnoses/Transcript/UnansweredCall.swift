/// A connection that a program tells of, and that came to nothing.
struct UnansweredCall {
    enum End {
        /// The host answers that nothing listens there.
        case refused
        /// Nothing came back: what was sent was dropped on its way.
        case timedOut
        /// Somebody took the connection, and ended it without an answer.
        case dropped
    }

    let end: End
    /// Nil where the program does not tell.
    var host: Substring?
    var port: Int?

    /// Nil for what tells of no such thing, of names that have no address and of answers among them.
    init?(_ text: String) {
        let lowered = text.lowercased()
        if let rest = text.after("curl: (") {
            switch rest.leading(where: \.isNumber) {
            case "7": end = lowered.contains("no route to host") || lowered.contains("unreachable") ? .timedOut : .refused
            case "28":
                // What answers too slowly is there.
                guard lowered.contains("failed to connect") || lowered.contains("connection time") else { return nil }
                end = .timedOut
            case "52": end = .dropped
            case "56" where lowered.contains("connection reset by peer"): end = .dropped
            default: return nil
            }
            host = text.after("onnect to ")?.before(" port ")
            port = text.after(" port ").flatMap { Int($0.leading(where: \.isNumber)) }
        } else if let rest = text.after("Pool(host=") {
            end = lowered.contains("refused") ? .refused : .timedOut
            host = rest.quoted
            port = rest.after("port=").flatMap { Int($0.leading(where: \.isNumber)) }
        } else if let rest = text.after("Connecting to ") {
            guard lowered.contains("connection refused") else { return nil }
            end = .refused
            host = rest.leading { !$0.isWhitespace && $0 != ":" && $0 != "|" }
            port = rest.before("... ")?.split(separator: ":").last.flatMap { Int($0) }
        } else {
            let signs: [(String, End)] = [("connect ECONNREFUSED ", .refused), ("connect ETIMEDOUT ", .timedOut)]
            guard let (sign, end) = signs.first(where: { text.contains($0.0) }), let address = text.after(sign)?.word,
                let colon = address.lastIndex(of: ":")
            else { return nil }
            self.end = end
            host = address[..<colon]
            port = Int(address[address.index(after: colon)...])
        }
    }

    /// Whether it is the caller's own machine, or container.
    var isLocal: Bool {
        guard let host else { return false }
        return ["localhost", "::1", "[::1]", "0.0.0.0"].contains(host) || host.hasPrefix("127.")
    }
}
