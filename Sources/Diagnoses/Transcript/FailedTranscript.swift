internal import Execution
internal import Glibc
internal import Plan

/// The lines of a failed step's log, as far as it is looked at, to be searched without regard to case.
///
/// Times, colours and Slipway's own marks are gone, and so is the head that shows the step's script: what a script says is not
/// what happened. A search takes one pass over the text, whatever it holds: what is searched for is short.
struct FailedTranscript {
    struct Line: Equatable {
        /// Counts the lines that are looked at.
        var index: Int
        var text: String
        /// Of its first byte, from the step's first byte on.
        var offset: Int64
    }

    /// How many lines one search finds: the last ones.
    private static let mostHits = 64

    private var text: [UInt8] = []
    private var lowered: [UInt8] = []
    /// Where each line begins in `text`, and its offset in the log.
    private var starts: [(position: Int, offset: Int64)] = []

    init(_ excerpt: LogExcerpt) {
        for (number, part) in excerpt.parts.enumerated() {
            var reader = PartReader(part, beginsWithin: number > 0)
            while let line = reader.next() { add(line.text, offset: line.offset) }
        }
        lowered = text.map { (65...90).contains($0) ? $0 + 32 : $0 }
    }

    private mutating func add(_ bytes: [UInt8], offset: Int64) {
        starts.append((text.count, offset))
        text += bytes
        text.append(UInt8(ascii: "\n"))
    }

    var isEmpty: Bool { starts.isEmpty }
    var lineCount: Int { starts.count }

    func line(_ index: Int) -> Line? {
        guard starts.indices.contains(index) else { return nil }
        let end = index + 1 < starts.count ? starts[index + 1].position : text.count
        let bytes = text[starts[index].position..<max(starts[index].position, end - 1)]
        return Line(index: index, text: String(decoding: bytes, as: UTF8.self), offset: starts[index].offset)
    }

    /// The lines that hold a text, the first one first.
    ///
    /// - Parameter needle: in lower case.
    func lines(with needle: String) -> [Line] {
        var found: [Int] = []
        let needle = Array(needle.utf8)
        var from = 0
        while let position = position(of: needle, from: from) {
            let index = lineIndex(at: position)
            found.append(index)
            if found.count > Self.mostHits { found.removeFirst() }
            guard index + 1 < starts.count else { break }
            from = starts[index + 1].position
        }
        return found.compactMap(line)
    }

    /// The last line that holds any of the texts.
    func last(with needles: String...) -> Line? {
        needles.compactMap { lines(with: $0).last }.max { $0.index < $1.index }
    }

    /// The last line that holds any of the texts, and tells of a failure by them.
    func last(with needles: String..., where tells: (String) -> Bool) -> Line? {
        needles.compactMap { lines(with: $0).last { tells($0.text) } }.max { $0.index < $1.index }
    }

    /// The first line that holds any of the texts.
    func first(with needles: String...) -> Line? {
        needles.compactMap { lines(with: $0).first }.min { $0.index < $1.index }
    }

    func contains(_ needle: String) -> Bool { position(of: Array(needle.utf8), from: 0) != nil }

    private func position(of needle: [UInt8], from start: Int) -> Int? {
        guard let first = needle.first else { return nil }
        return lowered.withUnsafeBytes { haystack -> Int? in
            guard let base = haystack.baseAddress, haystack.count >= needle.count else { return nil }
            var from = start
            while from <= haystack.count - needle.count,
                let hit = memchr(base + from, Int32(first), haystack.count - needle.count - from + 1)
            {
                if memcmp(hit, needle, needle.count) == 0 { return UnsafeRawPointer(hit) - base }
                from = UnsafeRawPointer(hit) - base + 1
            }
            return nil
        }
    }

    private func lineIndex(at position: Int) -> Int {
        var (low, high) = (0, starts.count - 1)
        while low < high {
            let middle = (low + high + 1) / 2
            if starts[middle].position <= position { low = middle } else { high = middle - 1 }
        }
        return low
    }
}

extension FailedTranscript {
    /// The line with which the exception begins that ended a Python program, and with it the step, and that says itself what is
    /// wrong: what was printed before did not end it. Nil where there is none, or where it says no more than that a command failed.
    var lastTraceback: Int? {
        guard var start = lines(with: "traceback (most recent call last):").last?.index else { return nil }
        let end = ((start + 1)..<lineCount).first { index in
            guard let text = line(index)?.text, let first = text.first else { return false }
            return first.isLetter || first == "_"
        }
        guard let end, let words = line(end)?.text, lineCount - end <= Self.mostAfterException else { return nil }
        if ["CalledProcessError", "exit status", "exit code", "returned non-zero"].contains(where: words.contains) { return nil }
        // An exception while another one was handled: the first one is what happened.
        while start > 1, let before = (0..<start).last(where: { line($0)?.text.isEmpty == false }),
            let text = line(before)?.text, text.contains("the above exception") || text.contains("The above exception"),
            let former = lines(with: "traceback (most recent call last):").last(where: { $0.index < before })?.index
        {
            start = former
        }
        return start
    }

    /// Lines of an exception's text, and of Slipway's own at the end of a step.
    private static let mostAfterException = 20
}

extension FailedTranscript.Line {
    private static let longestEvidence = 400

    var evidence: Diagnosis.Evidence {
        let shown = text.count > Self.longestEvidence ? text.prefix(Self.longestEvidence) + "…" : text[...]
        return Diagnosis.Evidence(text: String(shown), offset: offset)
    }
}

/// Reads the lines of one part of a log.
private struct PartReader {
    private let bytes: [UInt8]
    private let offset: Int64
    private var position = 0
    /// Inside the head that shows a step's script or inputs.
    private var isInHead = false

    init(_ part: LogExcerpt.Part, beginsWithin: Bool) {
        bytes = part.bytes
        offset = part.offset
        if beginsWithin, let end = bytes.firstIndex(of: UInt8(ascii: "\n")) { position = end + 1 }
    }

    mutating func next() -> (text: [UInt8], offset: Int64)? {
        while position < bytes.count {
            let start = position
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            position = end + 1
            let raw = bytes[min(start + LogLine.timeLength, end)..<end]
            if isInHead {
                isInHead = !raw.starts(with: Array("##[endgroup]".utf8))
                continue
            }
            if raw.starts(with: Array("##[group]Run ".utf8)), isHead(at: position) {
                isInHead = true
                continue
            }
            if raw.starts(with: LogLine.scriptColor) { continue }
            return (LogLine.text(of: raw), offset + Int64(start))
        }
        return nil
    }

    /// Whether what follows is what Slipway writes below the name of a step: a coloured script, inputs or variables.
    private func isHead(at start: Int) -> Bool {
        guard start + LogLine.timeLength < bytes.count else { return false }
        let rest = bytes[(start + LogLine.timeLength)...]
        return ["\u{1b}[36;1m", "with:", "env:", "shell:", "##[endgroup]"].contains { rest.starts(with: Array($0.utf8)) }
    }
}

/// What a line of a log file is made of.
private enum LogLine {
    /// Bytes of the time and the blank after it.
    static let timeLength = 29
    /// In which Slipway shows the commands of a script; not what they print.
    static let scriptColor = Array("\u{1b}[36;1m".utf8)

    /// The text without colours, and without the mark of an error.
    static func text(of raw: ArraySlice<UInt8>) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(raw.count)
        var rest = raw
        for mark in ["##[error]", "##[warning]"] where rest.starts(with: Array(mark.utf8)) {
            rest = rest.dropFirst(mark.utf8.count)
        }
        while let byte = rest.popFirst() {
            guard byte == 0x1b else {
                // What a progress bar wrote over stands beside what it wrote.
                text.append(byte == UInt8(ascii: "\r") ? UInt8(ascii: " ") : byte)
                continue
            }
            guard rest.popFirst() == UInt8(ascii: "[") else { continue }
            while let next = rest.popFirst(), !(0x40...0x7e).contains(next) {}
        }
        return text
    }
}
