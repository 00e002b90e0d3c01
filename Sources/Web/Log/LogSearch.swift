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

    /// Looks through a file that nobody need be reading, on a queue of the caller's.
    ///
    /// - Returns: what was found, how much was read, and whether that is all of it.
    func run(
        inFile path: String, on queue: FileQueue, until deadline: ContinuousClock.Instant
    ) async throws -> (result: Result, bytes: Int64, isWhole: Bool) {
        guard let bytes = try await queue.run(key: 0, { try LogBytes(path: path) }) else { return (Result(), 0, true) }
        var (offset, line, result): (Int64, Int, Result) = (0, 1, Result())
        while !result.truncated {
            try Task.checkCancellation()
            if offset > 0, ContinuousClock.now >= deadline { return (result, offset, false) }
            let (start, number, found) = (offset, line, result)
            let step = try await queue.run(key: 0) { try searchPortion(of: bytes, from: start, line: number, into: found) }
            (offset, line, result) = (step.offset, step.line, step.result)
            if offset == start { break }
        }
        return (result, offset, true)
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
            if let skipped = skip(all, isLast: isLast) {
                (line, consumed) = (line + skipped.lines, skipped.bytes)
                return
            }
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

    /// The whole lines of a portion in which the text is not: most of a log, told without a look at each line.
    private func skip(_ all: UnsafeRawBufferPointer, isLast: Bool) -> (lines: Int, bytes: Int)? {
        // A colour sequence may stand in the middle of the text.
        guard !needle.contains(UInt8(ascii: "\n")), !all.contains(27) else { return nil }
        let end = isLast ? all.count : (all.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0)
        guard end > 0 else { return nil }
        let folded = [UInt8](unsafeUninitializedCapacity: end) { buffer, count in
            for index in 0..<end { buffer[index] = Self.folded(all[index]) }
            count = end
        }
        guard folded.withUnsafeBytes({ LineEnds.offset(of: needle, in: $0) }) == nil else { return nil }
        return (folded.reduce(0) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) }, end)
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
