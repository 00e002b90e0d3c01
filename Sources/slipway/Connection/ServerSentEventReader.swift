/// Reads a stream of server-sent events (HTML standard, "Server-sent events") from the pieces in which its bytes come.
struct ServerSentEventReader: Sendable {
    struct Event: Sendable, Equatable {
        /// `message` where the stream names none.
        var name = "message"
        /// The last id that was seen on the stream.
        var id: String?
        /// The lines of data, with line feeds between them.
        var data: [UInt8] = []
    }

    private var rest: [UInt8] = []
    private var name: String?
    private var id: String?
    private var data: [UInt8]?

    /// The events that `bytes` complete.
    mutating func events(in bytes: [UInt8]) -> [Event] {
        rest += bytes
        var events: [Event] = []
        var start = 0
        while let end = rest[start...].firstIndex(of: UInt8(ascii: "\n")) {
            let line = rest[start..<end]
            if let event = take(line.last == UInt8(ascii: "\r") ? line.dropLast() : line) { events.append(event) }
            start = end + 1
        }
        rest.removeFirst(start)
        return events
    }

    private mutating func take(_ line: ArraySlice<UInt8>) -> Event? {
        guard !line.isEmpty else { return dispatch() }
        let field = line.prefix { $0 != UInt8(ascii: ":") }
        var value = line.dropFirst(field.count + 1)
        if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
        switch String(decoding: field, as: UTF8.self) {
        case "data":
            if data == nil { data = Array(value) } else { data?.append(UInt8(ascii: "\n")); data?.append(contentsOf: value) }
        case "event": name = String(decoding: value, as: UTF8.self)
        case "id": id = String(decoding: value, as: UTF8.self)
        default: break
        }
        return nil
    }

    private mutating func dispatch() -> Event? {
        defer { (name, data) = (nil, nil) }
        return data.map { Event(name: name ?? "message", id: id, data: $0) }
    }
}
