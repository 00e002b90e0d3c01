#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// What becomes of a line that may be a workflow command.
public enum LogLineDecision: Sendable, Equatable {
    /// It is written like any other line, secrets masked.
    case keep
    /// This text is written in its place, secrets masked; it may have several lines.
    case replace(String)
    /// Nothing is written.
    case drop
}

/// Turns the raw output of processes into the lines of a log: each with its time stamp, one blank, the text with secrets
/// masked, and a line feed.
///
/// - Chunks may end anywhere. A last line without its end is held back until the rest comes, or ``finish(into:)``.
/// - Lines end with LF or CRLF. A lone CR, as progress bars print it, stays in the text.
/// - A line of more than ``longestLine`` bytes is cut into several lines, at the same places however it arrives, and a
///   secret that crosses a cut is masked as well. Memory is bounded by that and by the longest secret.
/// - A line that starts, after blanks, with `::` or `##[` is shown to the command handler before it is masked, if it has
///   at most ``longestCommand`` bytes. A secret that the handler adds is masked from this line on.
///
/// Not `Sendable`: one thread at a time feeds one stream into it.
public final class LogLineFormatter {
    /// Gets the raw line without its end. `masker` is the formatter's own; the handler must not use the formatter.
    public typealias CommandHandler = (_ line: String, _ masker: inout SecretMasker) -> LogLineDecision
    /// Gets the bytes of a line without its end; they are valid during the call only.
    public typealias LineHandler = (_ line: UnsafeBufferPointer<UInt8>) -> LogLineDecision

    /// In bytes, without time stamp and line feed.
    public static let longestLine = 64 * 1024
    /// In bytes.
    public static let longestCommand = 1024 * 1024

    /// The secrets to hide. A change is in force for all that is not written yet.
    public var masker: SecretMasker
    /// Is shown every line of at most ``longestLine`` bytes that is no command; nil: none is looked at.
    public var lineHandler: LineHandler?
    /// How many lines have been written, pieces of long lines counted each.
    public private(set) var lineCount = 0

    private let now: () -> LogTimestamp
    private let commandHandler: CommandHandler?
    private let prefix: UnsafeMutablePointer<UInt8>
    private let prefixLength = LogTimestamp.length + 1
    /// The incomplete last line, or what is left of it after a piece of it was written.
    private var pending = LogBuffer(capacity: 4096)
    private var pendingIsContinuation = false
    /// How many bytes at the start of `pending` belong to a secret whose `***` ended the piece before.
    private var hiddenPrefix = 0
    private var hits: [MaskedRange] = []

    /// - Parameters:
    ///   - now: asked once per chunk; all lines of a chunk came at that time.
    ///   - commandHandler: nil if the stream has no commands.
    public init(
        masker: SecretMasker = SecretMasker(), now: @escaping () -> LogTimestamp = LogTimestamp.now,
        commandHandler: CommandHandler? = nil
    ) {
        self.masker = masker
        self.now = now
        self.commandHandler = commandHandler
        prefix = .allocate(capacity: LogTimestamp.length + 1)
        prefix[LogTimestamp.length] = UInt8(ascii: " ")
    }

    deinit {
        prefix.deallocate()
    }

    /// Takes the next chunk and appends the lines that are complete now to `output`.
    public func append(_ chunk: UnsafeRawBufferPointer, into output: inout LogBuffer) {
        chunk.withMemoryRebound(to: UInt8.self) { bytes in
            guard let base = bytes.baseAddress, bytes.count > 0 else { return }
            now().write(to: prefix)
            var rest = base
            let finish = base + bytes.count
            if !pending.isEmpty {
                guard let end = Self.lineFeed(in: rest, to: finish) else {
                    return hold(rest, count: finish - rest, into: &output)
                }
                hold(rest, count: end - rest, into: &output)
                writePending(into: &output)
                rest = end + 1
            }
            var last = finish
            while last > rest, last[-1] != UInt8(ascii: "\n") { last -= 1 }
            if last > rest { writeLines(from: rest, to: last, into: &output) }
            hold(last, count: finish - last, into: &output)
        }
    }

    /// Takes the next chunk as an array; see ``append(_:into:)-(UnsafeRawBufferPointer,_)``.
    public func append(_ chunk: [UInt8], into output: inout LogBuffer) {
        chunk.withUnsafeBytes { append($0, into: &output) }
    }

    /// Writes `text` as lines of its own, secrets masked and commands not looked for; an incomplete line ends before it.
    public func write(_ text: String, into output: inout LogBuffer) {
        now().write(to: prefix)
        if !pending.isEmpty { writePending(into: &output) }
        writeReplacement(text, into: &output)
    }

    /// Writes the incomplete last line, if there is one. The formatter may be used on for the next stream.
    public func finish(into output: inout LogBuffer) {
        guard !pending.isEmpty else { return }
        now().write(to: prefix)
        writePending(into: &output)
    }
}

// MARK: - Complete lines

extension LogLineFormatter {
    /// Works in portions that stay in the processor's cache between the search for secrets and the copying.
    private static let portion = 32 * 1024

    /// `finish` stands behind a line feed.
    private func writeLines(
        from start: UnsafePointer<UInt8>, to finish: UnsafePointer<UInt8>, into output: inout LogBuffer
    ) {
        var position = start
        while position < finish {
            var end = min(position + Self.portion, finish)
            while end > position, end[-1] != UInt8(ascii: "\n") { end -= 1 }
            if end == position { end = (Self.lineFeed(in: position, to: finish) ?? finish - 1) + 1 }
            masker.find(in: UnsafeBufferPointer(start: position, count: end - position), into: &hits)
            position = writePortion(from: position, to: end, into: &output)
        }
    }

    /// Returns how far it came: a line that changed the masker ends the portion, because the hits are stale then.
    private func writePortion(
        from start: UnsafePointer<UInt8>, to finish: UnsafePointer<UInt8>, into output: inout LogBuffer
    ) -> UnsafePointer<UInt8> {
        var line = start
        var hit = 0
        let isCommandSought = commandHandler != nil
        while line < finish, let lineFeed = Self.lineFeed(in: line, to: finish) {
            let end = lineFeed > line && lineFeed[-1] == UInt8(ascii: "\r") ? lineFeed - 1 : lineFeed
            if isCommandSought, line[0] <= UInt8(ascii: ":"), Self.startsCommand(line, count: end - line) {
                let forms = masker.formCount
                let isDone = handleCommand(line, count: end - line, into: &output)
                guard masker.formCount == forms else {
                    if !isDone, !handleLine(line, count: end - line, into: &output) {
                        writeAlone(from: line, to: end, into: &output)
                    }
                    return lineFeed + 1
                }
                if !isDone, !handleLine(line, count: end - line, into: &output) {
                    write(from: line, to: end, origin: start, hit: &hit, into: &output)
                }
            } else if lineHandler != nil, handleLine(line, count: end - line, into: &output) {
                // Another text stands in the line's place.
            } else if hits.isEmpty, end - line <= Self.longestLine {
                writePlain(line, count: end - line, into: &output)
            } else {
                write(from: line, to: end, origin: start, hit: &hit, into: &output)
            }
            line = lineFeed + 1
        }
        return finish
    }

    @inline(__always)
    private func writePlain(_ line: UnsafePointer<UInt8>, count: Int, into output: inout LogBuffer) {
        output.reserve(prefixLength + count + 1)
        output.append(prefix, count: prefixLength)
        output.append(line, count: count)
        output.append(UInt8(ascii: "\n"))
        lineCount += 1
    }

    /// Writes a line with its hits, in pieces if it is too long.
    /// - Parameters:
    ///   - origin: where the offsets of `hits` count from.
    ///   - hit: the first hit that may reach into the line; moved on to the next line's.
    private func write(
        from start: UnsafePointer<UInt8>, to end: UnsafePointer<UInt8>, origin: UnsafePointer<UInt8>, hit: inout Int,
        into output: inout LogBuffer
    ) {
        var position = start
        repeat {
            let cut = end - position > Self.longestLine ? Self.cut(position, limit: Self.longestLine) : end - position
            writePiece(from: position - origin, to: position - origin + cut, origin: origin, hit: &hit, into: &output)
            position += cut
        } while position < end
    }

    /// Writes a line for which the secrets are not searched yet.
    private func writeAlone(
        from start: UnsafePointer<UInt8>, to end: UnsafePointer<UInt8>, into output: inout LogBuffer
    ) {
        masker.find(in: UnsafeBufferPointer(start: start, count: end - start), into: &hits)
        var hit = 0
        write(from: start, to: end, origin: start, hit: &hit, into: &output)
    }

    /// A hit that began before the piece has its `***` in the piece before.
    private func writePiece(
        from start: Int, to end: Int, origin: UnsafePointer<UInt8>, hit: inout Int, into output: inout LogBuffer
    ) {
        output.append(prefix, count: prefixLength)
        var position = start
        while hit < hits.count, hits[hit].start < end {
            let range = hits[hit]
            if range.end > start {
                if range.start >= start {
                    output.append(origin + position, count: range.start - position)
                    output.append(contentsOf: SecretMasker.replacementBytes)
                }
                position = min(range.end, end)
                if range.end > end { break }
            }
            hit += 1
        }
        output.append(origin + position, count: end - position)
        output.append(UInt8(ascii: "\n"))
        lineCount += 1
    }

    /// Before `limit`, but not inside a character of UTF-8.
    private static func cut(_ line: UnsafePointer<UInt8>, limit: Int) -> Int {
        for back in 0..<4 where line[limit - back] & 0xC0 != 0x80 { return limit - back }
        return limit
    }

    @inline(__always)
    private static func lineFeed(
        in start: UnsafePointer<UInt8>, to finish: UnsafePointer<UInt8>
    ) -> UnsafePointer<UInt8>? {
        guard let found = memchr(start, Int32(UInt8(ascii: "\n")), finish - start) else { return nil }
        return UnsafePointer(found.assumingMemoryBound(to: UInt8.self))
    }
}

// MARK: - Commands

extension LogLineFormatter {
    private static func startsCommand(_ line: UnsafePointer<UInt8>, count: Int) -> Bool {
        var position = 0
        while position < count, line[position] == UInt8(ascii: " ") || line[position] == UInt8(ascii: "\t") { position += 1 }
        guard count - position >= 3, count <= longestCommand else { return false }
        let (one, two, three) = (line[position], line[position + 1], line[position + 2])
        if one == UInt8(ascii: ":") { return two == UInt8(ascii: ":") }
        return one == UInt8(ascii: "#") && two == UInt8(ascii: "#") && three == UInt8(ascii: "[")
    }

    /// Whether the line is done with; false if it is to be written as it is.
    private func handleCommand(_ line: UnsafePointer<UInt8>, count: Int, into output: inout LogBuffer) -> Bool {
        guard let commandHandler else { return false }
        let text = String(decoding: UnsafeBufferPointer(start: line, count: count), as: UTF8.self)
        switch commandHandler(text, &masker) {
        case .keep: return false
        case .drop: return true
        case .replace(let replacement):
            writeReplacement(replacement, into: &output)
            return true
        }
    }

    /// Whether the line is done with.
    private func handleLine(_ line: UnsafePointer<UInt8>, count: Int, into output: inout LogBuffer) -> Bool {
        guard let lineHandler, count <= Self.longestLine else { return false }
        switch lineHandler(UnsafeBufferPointer(start: line, count: count)) {
        case .keep: return false
        case .drop: return true
        case .replace(let replacement):
            writeReplacement(replacement, into: &output)
            return true
        }
    }

    private func writeReplacement(_ text: String, into output: inout LogBuffer) {
        var bytes = Array(text.utf8)
        masker.mask(&bytes)
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            let text = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            text.withUnsafeBufferPointer { buffer in
                guard let base = buffer.baseAddress else { return writePlain(prefix, count: 0, into: &output) }
                writePlain(base, count: buffer.count, into: &output)
            }
        }
    }
}

// MARK: - The incomplete line

extension LogLineFormatter {
    /// Keeps `count` bytes without a line feed; writes pieces of a line that has become too long.
    private func hold(_ bytes: UnsafePointer<UInt8>, count: Int, into output: inout LogBuffer) {
        var position = 0
        while position < count {
            let length = min(count - position, max(1, heldAtMost - pending.count))
            pending.append(bytes + position, count: length)
            position += length
            while pending.count >= heldAtMost { writePendingPiece(into: &output) }
        }
    }

    /// Enough for a piece and for the rest of any secret that starts in it; two more, so that it can't end with the CR
    /// of a CRLF. A command is held until it is complete.
    private var heldAtMost: Int {
        let piece = Self.longestLine + masker.longestForm + 2
        guard commandHandler != nil, !pendingIsContinuation,
            Self.startsCommand(pending.start, count: min(pending.count, Self.longestCommand))
        else { return piece }
        return max(piece, Self.longestCommand + 2)
    }

    private func writePendingPiece(into output: inout LogBuffer) {
        findInPending()
        let cut = Self.cut(pending.start, limit: Self.longestLine)
        var hit = 0
        writePiece(from: 0, to: cut, origin: pending.start, hit: &hit, into: &output)
        let crossing = hits.first { $0.start < cut && $0.end > cut }
        hiddenPrefix = crossing.map { $0.end - cut } ?? 0
        pendingIsContinuation = true
        pending.removeFirst(cut)
    }

    /// Writes what is held as a line that is complete now.
    private func writePending(into output: inout LogBuffer) {
        let start = pending.start
        var end = start + pending.count
        if end[-1] == UInt8(ascii: "\r") { end -= 1 }
        let isCommand = !pendingIsContinuation && commandHandler != nil && Self.startsCommand(start, count: end - start)
        let isDone =
            (isCommand && handleCommand(start, count: end - start, into: &output))
            || (!pendingIsContinuation && handleLine(start, count: end - start, into: &output))
        if !isDone {
            findInPending()
            var hit = 0
            write(from: start, to: end, origin: start, hit: &hit, into: &output)
        }
        pending.removeAll()
        pendingIsContinuation = false
        hiddenPrefix = 0
    }

    /// What was hidden by the piece before starts before this one.
    private func findInPending() {
        masker.find(in: UnsafeBufferPointer(start: pending.start, count: pending.count), into: &hits)
        guard hiddenPrefix > 0 else { return }
        hits.insert(MaskedRange(start: -1, end: hiddenPrefix), at: 0)
        if hits.count > 1 { SecretMasker.merge(&hits) }
    }
}
