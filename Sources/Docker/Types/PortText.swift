/// A port as `docker create --publish` takes it: `80`, `8080:80`, `127.0.0.1:8080:80/udp`, `8000-8010:8000-8010`.
public enum PortText {
    /// By the port in the container; nil where the text has another form.
    ///
    /// - Parameter only: the one address of this machine at which ports are published, whatever the text says; nil: the text's,
    ///   or every address.
    public static func bindings(_ text: String, only address: String? = nil) -> [String: [PortBinding]]? {
        let (ports, kind) = OptionValue.pair(text, at: "/")
        let transport = kind ?? "tcp"
        guard ["tcp", "udp", "sctp"].contains(transport), let (written, parts) = parts(of: ports) else { return nil }
        let address = address ?? written
        guard let inside = range(parts[parts.count - 1]) else { return nil }
        guard parts.count == 2, !parts[0].isEmpty else {
            return Dictionary(
                uniqueKeysWithValues: inside.map { ("\($0)/\(transport)", [PortBinding(address: address, port: "")]) })
        }
        guard let outside = range(parts[0]), outside.count == inside.count || inside.count == 1 else { return nil }
        // A range for one port lets the engine choose from it.
        if inside.count == 1 { return ["\(inside.lowerBound)/\(transport)": [PortBinding(address: address, port: parts[0])]] }
        return Dictionary(
            uniqueKeysWithValues: zip(inside, outside).map {
                ("\($0)/\(transport)", [PortBinding(address: address, port: "\($1)")])
            })
    }

    /// The address in front, an IPv6 one in brackets with colons of its own, and the one or two ports behind it.
    private static func parts(of text: String) -> (address: String, ports: [String])? {
        var address = ""
        var parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        if text.hasPrefix("[") {
            guard let end = text.firstRange(of: "]:") else { return nil }
            address = String(text[..<end.lowerBound].dropFirst())
            parts = text[end.upperBound...].split(separator: ":", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2 else { return nil }
        } else if parts.count == 3 {
            address = parts.removeFirst()
        }
        return (1...2).contains(parts.count) ? (address, parts) : nil
    }

    /// `80` or `80-90`; at most a thousand.
    private static func range(_ text: String) -> ClosedRange<Int>? {
        let (first, last) = OptionValue.pair(text, at: "-")
        guard let first = number(first), let last = last.map({ number($0) }) ?? first, first <= last, last - first < 1000 else {
            return nil
        }
        return first...last
    }

    private static func number(_ text: String) -> Int? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int(text),
            (1...65535).contains(number)
        else { return nil }
        return number
    }
}
