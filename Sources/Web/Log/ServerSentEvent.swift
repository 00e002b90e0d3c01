internal import NIOCore

/// One event of a stream (`text/event-stream`, as the HTML standard has it).
enum ServerSentEvent {
    /// A line that clients ignore; it keeps proxies from closing a quiet stream and finds dead connections.
    static let heartbeat = ByteBuffer(string: ": still here\n\n")

    /// - Parameter data: one or more lines, separated by line feeds; a last line feed is left out.
    static func encode(name: String? = nil, id: Int64? = nil, data: some StringProtocol) -> ByteBuffer {
        var data = String(data)
        return data.withUTF8 { encode(name: name, id: id, data: UnsafeRawBufferPointer($0)) }
    }

    static func encode(name: String? = nil, id: Int64? = nil, data: UnsafeRawBufferPointer) -> ByteBuffer {
        var buffer = ByteBufferAllocator().buffer(capacity: data.count + data.count / 8 + 64)
        if let name { buffer.writeString("event: \(name)\n") }
        if let id { buffer.writeString("id: \(id)\n") }
        writeLines(data, to: &buffer)
        buffer.writeInteger(UInt8(ascii: "\n"))
        return buffer
    }

    /// A carriage return would end a line of the stream as well, so it is written as a line end of its own.
    private static func writeLines(_ data: UnsafeRawBufferPointer, to buffer: inout ByteBuffer) {
        guard let base = data.baseAddress else {
            buffer.writeStaticString("data: \n")
            return
        }
        var end = base + data.count
        if data.count > 0, data[data.count - 1] == UInt8(ascii: "\n") { end -= 1 }
        var start = base
        while true {
            let lineEnd = LineEnds.next(from: start, to: end) ?? end
            writeLine(UnsafeRawBufferPointer(start: start, count: lineEnd - start), to: &buffer)
            guard lineEnd < end else { return }
            start = lineEnd + 1
        }
    }

    private static func writeLine(_ line: UnsafeRawBufferPointer, to buffer: inout ByteBuffer) {
        buffer.writeStaticString("data: ")
        if line.contains(UInt8(ascii: "\r")) {
            var isFirst = true
            for piece in line.split(separator: UInt8(ascii: "\r"), omittingEmptySubsequences: true) {
                if !isFirst { buffer.writeStaticString("\ndata: ") }
                isFirst = false
                buffer.writeBytes(UnsafeRawBufferPointer(rebasing: piece))
            }
        } else {
            buffer.writeBytes(line)
        }
        buffer.writeInteger(UInt8(ascii: "\n"))
    }
}
