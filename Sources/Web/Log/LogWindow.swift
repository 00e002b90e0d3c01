internal import NIOCore

/// Some lines of a log, rendered for the page.
struct LogWindow: Sendable {
    /// The largest window, in bytes of the log.
    static let limit: Int64 = 262_144

    let html: [UInt8]
    /// The first byte of the first line, and the byte after the last.
    let from: Int64
    let to: Int64
    /// The log's size.
    let size: Int64
}

extension LogFeed {
    /// The lines that begin in `from..<to`, each whole.
    ///
    /// - Parameter isEnded: the log is whole: a last line without its end counts.
    func window(from: Int64, to: Int64, isEnded: Bool) async throws -> LogWindow {
        let found = try await onQueue { bytes in
            let size = try bytes.size()
            let start = try self.lineStart(at: max(from, 0), bytes: bytes)
            let end = min(to, from + LogWindow.limit, size)
            guard start < end else { return LogWindow(html: [], from: start, to: start, size: size) }
            var buffer = try bytes.read(from: start, count: Int(end - start) + Self.longestLine)
            let length = buffer.withUnsafeReadableBytes { Self.length($0, border: Int(end - start), isEnded: isEnded) }
            buffer.moveWriterIndex(to: buffer.readerIndex + length)
            var renderer = LogLineRenderer(from: start, at: try self.mark(at: start, bytes: bytes))
            buffer.withUnsafeReadableBytes { renderer.render($0) }
            return LogWindow(html: renderer.take(), from: start, to: start + Int64(length), size: size)
        }
        return found ?? LogWindow(html: [], from: 0, to: 0, size: 0)
    }

    /// Up to and with the line that begins last before `border`.
    private static func length(_ bytes: UnsafeRawBufferPointer, border: Int, isEnded: Bool) -> Int {
        guard border < bytes.count else {
            return isEnded ? bytes.count : LineEnds.afterLast(in: bytes) ?? 0
        }
        guard border > 0, bytes[border - 1] != UInt8(ascii: "\n") else { return border }
        if let end = bytes[border...].firstIndex(of: UInt8(ascii: "\n")) { return end + 1 }
        return isEnded ? bytes.count : LineEnds.afterLast(in: bytes) ?? 0
    }

    /// Where the first line begins that begins at `offset` or behind it.
    private func lineStart(at offset: Int64, bytes: LogBytes) throws -> Int64 {
        guard offset > 0 else { return 0 }
        let buffer = try bytes.read(from: offset - 1, count: Self.longestLine + 1)
        let end = buffer.readableBytesView.firstIndex(of: UInt8(ascii: "\n"))
        return end.map { offset + Int64($0 - buffer.readerIndex) } ?? offset + Int64(buffer.readableBytes)
    }

    /// The number of the line that begins at `offset`.
    func lineNumber(at offset: Int64) async throws -> Int {
        try await onQueue { try self.mark(at: offset, bytes: $0).line } ?? 1
    }

    /// The first byte of line `number`, or nil where there is none.
    func offset(ofLine number: Int) async throws -> Int64? {
        try await onQueue { bytes -> Int64? in
            let size = try bytes.size()
            let index = try self.extendedIndex(to: size, bytes: bytes)
            let block = index.block(ofLine: number)
            var line = index.marks[block].line
            var offset = Int64(block) * Int64(LineIndex.blockSize)
            if line == number, index.marks[block].startsLine { return offset }
            let buffer = try bytes.read(from: offset, count: LineIndex.blockSize)
            return buffer.withUnsafeReadableBytes { all -> Int64? in
                var position = 0
                while line < number, let end = all[position...].firstIndex(of: UInt8(ascii: "\n")) {
                    line += 1
                    position = end + 1
                }
                offset += Int64(position)
                return line == number && offset < size ? offset : nil
            }
        } ?? nil
    }

    /// How many lines begin before each block, up to the log's present size.
    func layout() async throws -> (size: Int64, lines: [Int]) {
        let found = try await onQueue { bytes in
            let size = try bytes.size()
            return (size: size, lines: try self.extendedIndex(to: size, bytes: bytes).marks.map(\.line))
        }
        return found ?? (0, [1])
    }

    /// The number of the first line in `from..<to` that a command marked as an error, looking at most at 64 MiB.
    func firstError(from: Int64, to: Int64?) async throws -> Int? {
        try await onQueue { bytes -> Int? in
            let needle = Array("##[error]".utf8)
            let end = min(to ?? Int64.max, try bytes.size(), from + 64 << 20)
            var start = from
            while start < end {
                let buffer = try bytes.read(from: start, count: Int(min(1 << 20, end - start)))
                guard buffer.readableBytes > needle.count else { return nil }
                let found = buffer.withUnsafeReadableBytes { LineEnds.offset(of: needle, in: $0) }
                if let found {
                    // The mark counts the line ends before a byte, so it knows the line that the byte is in.
                    return try self.mark(at: start + Int64(found), bytes: bytes).line
                }
                start += Int64(buffer.readableBytes - needle.count)
                if start + Int64(needle.count) >= end { break }
            }
            return nil
        } ?? nil
    }
}
