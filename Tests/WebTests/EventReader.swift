/// Reads server-sent events one by one.
actor EventReader {
    struct Event: Equatable, Sendable {
        var name = "message"
        var id: String?
        var data = ""
    }

    private let connection: HTTPConnection
    private var head: [UInt8] = []
    private var isHeadRead = false
    private var chunks = ChunkDecoder()
    private var text: [UInt8] = []
    private(set) var status = 0
    private(set) var headers: [String: String] = [:]

    init(connection: HTTPConnection) { self.connection = connection }

    /// The next event that is not a mere comment or a retry time; nil at the end of the stream.
    func next() async throws -> Event? {
        while true {
            if let end = text.firstRange(of: Array("\n\n".utf8)) {
                let block = String(decoding: text[..<end.lowerBound], as: UTF8.self)
                text.removeFirst(end.upperBound)
                if let event = Self.event(block) { return event }
                continue
            }
            guard let bytes = try await connection.read() else { return nil }
            take(bytes)
        }
    }

    /// Everything up to the stream's end.
    func all() async throws -> [Event] {
        var events: [Event] = []
        while let event = try await next() { events.append(event) }
        return events
    }

    private func take(_ bytes: [UInt8]) {
        guard !isHeadRead else {
            text += chunks.decode(bytes)
            return
        }
        head += bytes
        guard let end = head.firstRange(of: Array("\r\n\r\n".utf8)) else { return }
        (status, headers) = HTTPAnswer.head(String(decoding: head[..<end.lowerBound], as: UTF8.self))
        isHeadRead = true
        text += chunks.decode(Array(head[end.upperBound...]))
    }

    private static func event(_ block: String) -> Event? {
        var event = Event()
        var lines: [Substring] = []
        for line in block.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("event: ") { event.name = String(line.dropFirst(7)) }
            if line.hasPrefix("id: ") { event.id = String(line.dropFirst(4)) }
            if line.hasPrefix("data: ") { lines.append(line.dropFirst(6)) }
        }
        guard !lines.isEmpty else { return nil }
        event.data = lines.joined(separator: "\n")
        return event
    }
}
