internal import NIOCore

/// Which line stands where in a log, by blocks of 64 KiB: how many lines start before each block, and in which folded
/// group it begins. Built once per part of the file; for 200 MB it is 3,200 entries.
///
/// Lines are counted from 1. A group is known by the number of the line that opens it; 0 is none.
struct LineIndex: Sendable {
    static let blockSize = 65_536

    struct Mark: Sendable, Equatable {
        /// The line that contains the block's first byte starts at or before it and has this number if it starts there.
        /// It is the count of line ends before the block plus one.
        var line: Int
        var group: Int
        /// False where the block begins in the middle of a line.
        var startsLine = true
    }

    /// `marks[k]` is valid at byte `k * blockSize`.
    private(set) var marks = [Mark(line: 1, group: 0)]
    private var scanner = LineScanner()

    /// The bytes that are covered.
    var covered: Int64 { Int64(marks.count - 1) * Int64(Self.blockSize) }

    /// Takes the next block, which must be whole.
    mutating func append(_ block: UnsafeRawBufferPointer) {
        scanner.scan(block)
        marks.append(scanner.mark)
    }

    /// The mark of the block that holds `offset`, which must be covered or in the first block behind.
    func mark(before offset: Int64) -> (block: Int, mark: Mark) {
        let block = min(Int(offset / Int64(Self.blockSize)), marks.count - 1)
        return (block, marks[block])
    }

    /// The last block whose first byte is in or before line `number`.
    func block(ofLine number: Int) -> Int {
        var low = 0
        var high = marks.count - 1
        while low < high {
            let middle = (low + high + 1) / 2
            if marks[middle].line < number { low = middle } else { high = middle - 1 }
        }
        return low
    }
}

/// Follows line ends and group commands through bytes that come in any portions.
struct LineScanner: Sendable {
    private static let groupText = Array("##[group]".utf8)
    private static let endText = Array("##[endgroup]".utf8)
    /// The time stamp and the blank behind it.
    static let stampLength = 29

    /// The number of the line that is being read.
    private(set) var line = 1
    private(set) var group = 0
    /// The start of a line that a portion's end has cut, as far as a group command could be in it.
    private var head: [UInt8] = []
    /// The line began before the first portion: what stands in it is not looked at again.
    private var isInsideLine = false

    init() {}

    init(at mark: LineIndex.Mark) {
        line = mark.line
        group = mark.group
        isInsideLine = !mark.startsLine
    }

    var mark: LineIndex.Mark {
        LineIndex.Mark(line: line, group: group, startsLine: head.isEmpty && !isInsideLine)
    }

    mutating func scan(_ bytes: UnsafeRawBufferPointer) {
        guard let base = bytes.baseAddress else { return }
        let end = base + bytes.count
        var start = base
        while start < end {
            guard let lineEnd = LineEnds.next(from: start, to: end) else { break }
            if isInsideLine {
                isInsideLine = false
            } else if head.isEmpty {
                inspect(UnsafeRawBufferPointer(start: start, count: lineEnd - start))
            } else {
                take(UnsafeRawBufferPointer(start: start, count: lineEnd - start))
                let whole = head
                head.removeAll(keepingCapacity: true)
                whole.withUnsafeBytes { inspect($0) }
            }
            line += 1
            start = lineEnd + 1
        }
        if start < end { take(UnsafeRawBufferPointer(start: start, count: end - start)) }
    }

    private mutating func take(_ bytes: UnsafeRawBufferPointer) {
        guard !isInsideLine else { return }
        let room = Self.stampLength + Self.endText.count - head.count
        if room > 0 { head.append(contentsOf: bytes.prefix(room)) }
    }

    private mutating func inspect(_ text: UnsafeRawBufferPointer) {
        let offset = Self.stampLength
        guard text.count >= offset + Self.groupText.count, text[offset] == UInt8(ascii: "#") else { return }
        let rest = text[offset...]
        if rest.starts(with: Self.groupText) {
            group = line
        } else if rest.starts(with: Self.endText) {
            group = 0
        }
    }
}
