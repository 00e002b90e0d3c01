internal import NIOCore
internal import Synchronization

/// How a stream shows a log.
enum LogFormat: Sendable, Hashable {
    /// The bytes as they are in the file.
    case text
    /// Lines as the page shows them.
    case html
}

/// A part of a log, ready to be sent: made once, sent to every viewer who is at its start.
struct LogChunk: Sendable {
    let from: Int64
    /// After the last byte.
    let to: Int64
    /// The encoded event. Its storage is shared by all who send it.
    let event: ByteBuffer
}

/// One job's log, read for everyone who looks at it.
///
/// Viewers ask for the chunk at their own offset. Recent chunks are kept, so that the many who follow a live log cost one
/// read and one encoding per chunk; a viewer holds nothing but its offset, so one who stops reading costs nothing here.
final class LogFeed: Sendable {
    /// An event carries about this many bytes of the log, so that with its line prefixes it fits into 64 KiB: buffers
    /// have sizes that are powers of two.
    static let chunkSize = 57_344
    /// With time stamp and line feed: the writer of logs cuts lines at 64 KiB. What is longer is sent in pieces.
    static let longestLine = 65_536 + LineScanner.stampLength + 1
    private static let keptChunks = 12

    private struct Key: Hashable {
        let format: LogFormat
        let offset: Int64
    }

    private struct State {
        var chunks: [Key: LogChunk] = [:]
        var order: [Key] = []
        /// Where a rendered chunk ended, and with which colours on: the next one goes on with them.
        var renderers: [Int64: LogLineRenderer] = [:]
        var bytes: LogBytes?
        var index = LineIndex()
        var readers = 0
    }

    let path: String
    let liveCheck = LiveCheck()
    private let key: Int
    private let state = Mutex(State())

    init(path: String, key: Int) {
        self.path = path
        self.key = key
    }

    /// Keeps the file open and what was read of it, as long as somebody is reading on.
    func reading<Value>(_ body: () async throws -> Value) async rethrows -> Value {
        state.withLock { $0.readers += 1 }
        defer {
            state.withLock { state in
                state.readers -= 1
                guard state.readers == 0 else { return }
                // An open file that retention has deleted would hold its disk space.
                state.bytes = nil
                state.chunks = [:]
                state.order = []
                state.renderers = [:]
            }
        }
        return try await body()
    }

    /// The bytes that the file has now; 0 while there is none.
    func size() async throws -> Int64 {
        try await onQueue { try $0.size() } ?? 0
    }

    /// - Parameter isEnded: the log is whole, so that a last line without its end may be sent.
    /// - Returns: what comes at `offset`, or nil where there is nothing (yet).
    func chunk(at offset: Int64, format: LogFormat, isEnded: Bool) async throws -> LogChunk? {
        let key = Key(format: format, offset: offset)
        if let known = state.withLock({ $0.chunks[key] }) { return known }
        return try await onQueue { bytes in
            // Whoever was before us on the queue may have made it.
            if let known = self.state.withLock({ $0.chunks[key] }) { return known }
            let chunk = try self.makeChunk(bytes, key: key, isEnded: isEnded)
            if let chunk { self.keep(chunk, key: key) }
            return chunk
        } ?? nil
    }

    /// Raw bytes, for a download.
    func read(from offset: Int64, count: Int) async throws -> ByteBuffer {
        try await onQueue { try $0.read(from: offset, count: count) } ?? ByteBuffer()
    }

    /// Runs on the file's thread; nil where there is no file yet.
    func onQueue<Value: Sendable>(_ body: @escaping @Sendable (LogBytes) throws -> Value) async throws -> Value? {
        try await FileQueue.shared.run(key: key) {
            guard let bytes = try self.openedBytes() else { return nil }
            return try body(bytes)
        }
    }

    private func openedBytes() throws -> LogBytes? {
        if let known = state.withLock({ $0.bytes }) { return known }
        guard let opened = try LogBytes(path: path) else { return nil }
        state.withLock { state in
            if state.readers > 0 { state.bytes = opened }
        }
        return opened
    }

    private func makeChunk(_ bytes: LogBytes, key: Key, isEnded: Bool) throws -> LogChunk? {
        // Chunks end at multiples of their size where they can, so that viewers who began apart come together.
        let border = Int((key.offset / Int64(Self.chunkSize) + 1) * Int64(Self.chunkSize) - key.offset)
        var buffer = try bytes.read(from: key.offset, count: border)
        var length = buffer.withUnsafeReadableBytes { Self.cut($0, isWhole: isEnded && $0.count < border) }
        if length == 0, buffer.readableBytes == border {
            // No line ends before the border: the one that crosses it is sent alone.
            buffer = try bytes.read(from: key.offset, count: Self.longestLine)
            length = buffer.withUnsafeReadableBytes { bytes in
                let end = bytes.firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 }
                return end ?? (isEnded || bytes.count == Self.longestLine ? bytes.count : 0)
            }
        }
        guard length > 0 else { return nil }
        buffer.moveWriterIndex(to: buffer.readerIndex + length)
        let to = key.offset + Int64(length)
        let endsLine = buffer.withUnsafeReadableBytes { $0[length - 1] == UInt8(ascii: "\n") }
        let isPiece = try !endsLine && (!isEnded || bytes.size() > to)
        let event =
            switch key.format {
            case .text:
                buffer.withUnsafeReadableBytes {
                    ServerSentEvent.encode(name: isPiece ? "part" : nil, id: to, data: $0)
                }
            case .html: try renderedEvent(buffer, from: key.offset, to: to, bytes: bytes)
            }
        return LogChunk(from: key.offset, to: to, event: event)
    }

    /// How many bytes to send: whole lines, or everything where nothing comes after it.
    private static func cut(_ bytes: UnsafeRawBufferPointer, isWhole: Bool) -> Int {
        isWhole ? bytes.count : LineEnds.afterLast(in: bytes) ?? 0
    }

    private func renderedEvent(_ buffer: ByteBuffer, from: Int64, to: Int64, bytes: LogBytes) throws -> ByteBuffer {
        var renderer =
            try state.withLock({ $0.renderers[from] }) ?? LogLineRenderer(from: from, at: mark(at: from, bytes: bytes))
        buffer.withUnsafeReadableBytes { renderer.render($0) }
        let html = renderer.take()
        let kept = renderer
        state.withLock { state in
            guard state.readers > 0 else { return }
            if state.renderers.count > Self.keptChunks { state.renderers.removeAll() }
            state.renderers[to] = kept
        }
        return html.withUnsafeBytes { ServerSentEvent.encode(name: "lines", id: to, data: $0) }
    }

    private func keep(_ chunk: LogChunk, key: Key) {
        state.withLock { state in
            guard state.readers > 0 else { return }
            state.chunks[key] = chunk
            state.order.append(key)
            if state.order.count > Self.keptChunks { state.chunks[state.order.removeFirst()] = nil }
        }
    }
}

extension LogFeed {
    /// The number and group of the line that starts at `offset`. Blocks: runs on the file's thread.
    func mark(at offset: Int64, bytes: LogBytes) throws -> LineIndex.Mark {
        let index = try extendedIndex(to: offset, bytes: bytes)
        let (block, mark) = index.mark(before: offset)
        let start = Int64(block) * Int64(LineIndex.blockSize)
        guard offset > start else { return mark }
        var scanner = LineScanner(at: mark)
        let rest = try bytes.read(from: start, count: Int(offset - start))
        rest.withUnsafeReadableBytes { scanner.scan($0) }
        return scanner.mark
    }

    /// The index with every whole block before `offset`.
    func extendedIndex(to offset: Int64, bytes: LogBytes) throws -> LineIndex {
        var index = state.withLock { $0.index }
        let blockSize = Int64(LineIndex.blockSize)
        guard index.covered + blockSize <= offset else { return index }
        let portion = 16
        while index.covered + blockSize <= offset {
            let wanted = min(portion, Int((offset - index.covered) / blockSize))
            let buffer = try bytes.read(from: index.covered, count: wanted * LineIndex.blockSize)
            let whole = buffer.readableBytes / LineIndex.blockSize
            buffer.withUnsafeReadableBytes { all in
                for number in 0..<whole {
                    index.append(
                        UnsafeRawBufferPointer(
                            rebasing: all[(number * LineIndex.blockSize)..<((number + 1) * LineIndex.blockSize)]))
                }
            }
            if whole < wanted { break }
        }
        let grown = index
        state.withLock { state in
            if state.index.covered < grown.covered { state.index = grown }
        }
        return grown
    }
}
