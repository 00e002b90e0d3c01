internal import NIOCore

/// Looks for a text in a whole log, whatever its case, past colours and time stamps, and stops after so many lines.
struct LogSearch: Sendable {
    /// A line that holds the text.
    struct Match: Codable, Sendable, Equatable {
        var line: Int
        /// Of the line's first byte.
        var offset: Int64
        /// The line without time stamp and colours, shortened.
        var text: String
    }

    struct Result: Codable, Sendable, Equatable {
        var matches: [Match] = []
        /// There are more.
        var truncated = false
    }

    private static let portion = 1 << 20
    private static let shownBytes = 240

    private let needle: [UInt8]
    private let limit: Int

    init(text: String, limit: Int) {
        needle = text.utf8.map(Self.folded)
        self.limit = limit
    }

    func run(in feed: LogFeed) async throws -> Result {
        var result = Result()
        var offset: Int64 = 0
        var line = 1
        var isAtEnd = false
        while !isAtEnd, !result.truncated {
            let (start, number, found) = (offset, line, result)
            // Portion by portion, so that others get their turn on the thread.
            guard
                let step = try await feed.onQueue({ bytes in
                    try self.searchPortion(of: bytes, from: start, line: number, into: found)
                })
            else { break }
            (offset, line, result, isAtEnd) = (step.offset, step.line, step.result, step.offset == start)
        }
        return result
    }

    private func searchPortion(
        of bytes: LogBytes, from start: Int64, line: Int, into result: Result
    ) throws -> (offset: Int64, line: Int, result: Result) {
        let buffer = try bytes.read(from: start, count: Self.portion)
        var (line, result, consumed) = (line, result, 0)
        var scratch: [UInt8] = []
        buffer.withUnsafeReadableBytes { all in
            guard let base = all.baseAddress else { return }
            let isLast = all.count < Self.portion
            while consumed < all.count {
                let end = LineEnds.next(from: base + consumed, to: base + all.count)
                if end == nil, !isLast, consumed > 0 { return }
                let length = end.map { $0 - (base + consumed) } ?? (all.count - consumed)
                let text = UnsafeRawBufferPointer(start: base + consumed, count: length)
                if let shown = match(text, scratch: &scratch) {
                    guard result.matches.count < limit else {
                        result.truncated = true
                        return
                    }
                    result.matches.append(Match(line: line, offset: start + Int64(consumed), text: shown))
                }
                line += 1
                consumed += length + (end == nil ? 0 : 1)
            }
        }
        return (start + Int64(consumed), line, result)
    }

    /// The line as it is shown, where it holds the text.
    private func match(_ line: UnsafeRawBufferPointer, scratch: inout [UInt8]) -> String? {
        let text = LogLineRenderer.isStamped(line) ? line[LineScanner.stampLength...] : line[...]
        scratch.removeAll(keepingCapacity: true)
        Self.strip(text, into: &scratch)
        for index in scratch.indices { scratch[index] = Self.folded(scratch[index]) }
        guard scratch.withUnsafeBytes({ LineEnds.offset(of: needle, in: $0) }) != nil else { return nil }
        scratch.removeAll(keepingCapacity: true)
        Self.strip(text, into: &scratch)
        return String(decoding: scratch.prefix(Self.shownBytes), as: UTF8.self)
    }

    /// Leaves colour sequences (`ESC [ … letter`) out.
    private static func strip(_ text: Slice<UnsafeRawBufferPointer>, into output: inout [UInt8]) {
        guard text.contains(27) else {
            output.append(contentsOf: text)
            return
        }
        var isEscape = false
        for byte in text {
            if byte == 27 {
                isEscape = true
            } else if !isEscape {
                output.append(byte)
            } else if byte != UInt8(ascii: "["), (64...126).contains(byte) {
                isEscape = false
            }
        }
    }

    private static func folded(_ byte: UInt8) -> UInt8 {
        (65...90).contains(byte) ? byte + 32 : byte
    }
}
