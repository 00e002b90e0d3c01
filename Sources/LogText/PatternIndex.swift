#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// A half-open range of byte offsets that a mask hides.
struct MaskedRange: Equatable {
    var start: Int
    var end: Int
}

/// Finds every occurrence of many byte patterns in one pass, after Wu and Manber: a table says, for the last bytes of
/// a window as long as the shortest pattern, how far the window may move on before any pattern can start in it.
///
/// Text without a match costs one table look-up for several bytes. Large texts are walked in four places at a time,
/// because one walk alone only waits for its own loads.
///
/// `@unchecked Sendable`: the memory behind the pointers is written in `init`, only read afterwards, and freed in
/// `deinit`, when nobody holds a reference any more.
final class PatternIndex: @unchecked Sendable {
    private struct Entry {
        var offset: Int
        var length: Int
        /// The next entry with the same window end, no longer than this one; -1 ends the chain.
        var next: Int32
    }

    /// The length in bytes of the longest pattern.
    let longest: Int
    private let window: Int
    private let gram: Int
    private let hashShift: UInt32
    private let shifts: UnsafeMutablePointer<UInt8>
    private let heads: UnsafeMutablePointer<Int32>
    private let entries: UnsafeMutablePointer<Entry>
    private let bytes: UnsafeMutablePointer<UInt8>

    /// - Parameter patterns: at least one; none is empty.
    init(patterns: [[UInt8]]) {
        let sorted = patterns.sorted { $0.count < $1.count }
        window = min(sorted.first?.count ?? 1, 64)
        longest = sorted.last?.count ?? 1
        gram = window >= 4 ? 3 : min(window, 2)
        let bits: UInt32 = sorted.count > 1000 ? 17 : 14
        hashShift = 32 - bits
        let slots = 1 << Int(bits)
        shifts = .allocate(capacity: slots)
        shifts.initialize(repeating: UInt8(window - gram + 1), count: slots)
        heads = .allocate(capacity: slots)
        heads.initialize(repeating: -1, count: slots)
        entries = .allocate(capacity: sorted.count)
        bytes = .allocate(capacity: max(1, sorted.reduce(0) { $0 + $1.count }))
        var offset = 0
        for (index, pattern) in sorted.enumerated() {
            insert(pattern, at: index, offset: offset)
            offset += pattern.count
        }
    }

    deinit {
        shifts.deallocate()
        heads.deallocate()
        entries.deallocate()
        bytes.deallocate()
    }

    /// Patterns come in by growing length, so that each chain starts with its longest one.
    private func insert(_ pattern: [UInt8], at index: Int, offset: Int) {
        for (position, byte) in pattern.enumerated() { bytes[offset + position] = byte }
        for position in 0...(window - gram) {
            let slot = slot(endingAt: bytes + offset + position + gram)
            shifts[slot] = min(shifts[slot], UInt8(window - gram - position))
            guard position == window - gram else { continue }
            (entries + index).initialize(to: Entry(offset: offset, length: pattern.count, next: heads[slot]))
            heads[slot] = Int32(index)
        }
    }

    /// Adds the range of every match in `text` to `hits`, in no particular order; ranges may overlap.
    func scan(_ text: UnsafeBufferPointer<UInt8>, into hits: inout [MaskedRange]) {
        guard let base = text.baseAddress, text.count >= window else { return }
        let bounds = Bounds(base: base, finish: base + text.count)
        switch gram {
        case 3: scan(bounds, by: ThreeBytes.self, into: &hits)
        case 2: scan(bounds, by: TwoBytes.self, into: &hits)
        default: scan(bounds, by: OneByte.self, into: &hits)
        }
    }

    private func scan<Bytes: Gram>(_ bounds: Bounds, by gram: Bytes.Type, into hits: inout [MaskedRange]) {
        let first = bounds.base + window
        if bounds.finish - bounds.base >= 1024 {
            scanInFourPlaces(from: first, bounds: bounds, by: gram, into: &hits)
        } else {
            scan(from: first, to: bounds.finish + 1, bounds: bounds, by: gram, into: &hits)
        }
    }

    /// Walks window ends from `position` up to, not including, `limit`.
    @inline(__always)
    private func scan<Bytes: Gram>(
        from position: UnsafePointer<UInt8>, to limit: UnsafePointer<UInt8>, bounds: Bounds, by gram: Bytes.Type,
        into hits: inout [MaskedRange]
    ) {
        var position = position
        while position < limit {
            let shift = shifts[gram.slot(endingAt: position, hashShift)]
            if shift == 0 { verify(position, bounds, into: &hits) }
            position += Int(max(shift, 1))
        }
    }

    @inline(__always)
    private func scanInFourPlaces<Bytes: Gram>(
        from first: UnsafePointer<UInt8>, bounds: Bounds, by gram: Bytes.Type, into hits: inout [MaskedRange]
    ) {
        let quarter = (bounds.finish + 1 - first) / 4
        let ends = (first + quarter, first + 2 * quarter, first + 3 * quarter, bounds.finish + 1)
        var (one, two, three, four) = (first, ends.0, ends.1, ends.2)
        let (shifts, hashShift) = (self.shifts, self.hashShift)
        while one < ends.0, two < ends.1, three < ends.2, four < ends.3 {
            let steps = (
                shifts[gram.slot(endingAt: one, hashShift)], shifts[gram.slot(endingAt: two, hashShift)],
                shifts[gram.slot(endingAt: three, hashShift)], shifts[gram.slot(endingAt: four, hashShift)]
            )
            // A step is at most 64, so only a step of zero sets the high bit when one is taken from it.
            if ((steps.0 &- 1) | (steps.1 &- 1) | (steps.2 &- 1) | (steps.3 &- 1)) & 0x80 != 0 {
                if steps.0 == 0 { verify(one, bounds, into: &hits) }
                if steps.1 == 0 { verify(two, bounds, into: &hits) }
                if steps.2 == 0 { verify(three, bounds, into: &hits) }
                if steps.3 == 0 { verify(four, bounds, into: &hits) }
            }
            one += Int(max(steps.0, 1))
            two += Int(max(steps.1, 1))
            three += Int(max(steps.2, 1))
            four += Int(max(steps.3, 1))
        }
        scan(from: one, to: ends.0, bounds: bounds, by: gram, into: &hits)
        scan(from: two, to: ends.1, bounds: bounds, by: gram, into: &hits)
        scan(from: three, to: ends.2, bounds: bounds, by: gram, into: &hits)
        scan(from: four, to: ends.3, bounds: bounds, by: gram, into: &hits)
    }

    /// Looks up which patterns really start where the window that ends at `position` starts; the longest counts.
    @inline(never)
    private func verify(
        _ position: UnsafePointer<UInt8>, _ bounds: Bounds, into hits: inout [MaskedRange]
    ) {
        let start = position - window
        var index = heads[slot(endingAt: position)]
        while index >= 0 {
            let entry = entries[Int(index)]
            if entry.length <= bounds.finish - start, memcmp(start, bytes + entry.offset, entry.length) == 0 {
                let offset = start - bounds.base
                record(MaskedRange(start: offset, end: offset + entry.length), into: &hits)
                return
            }
            index = entry.next
        }
    }

    /// Repeating text matches at every byte; joining at once keeps the list short.
    private func record(_ range: MaskedRange, into hits: inout [MaskedRange]) {
        if let last = hits.last, range.start >= last.start, range.start <= last.end {
            hits[hits.count - 1].end = max(last.end, range.end)
        } else {
            hits.append(range)
        }
    }

    private func slot(endingAt end: UnsafePointer<UInt8>) -> Int {
        switch gram {
        case 3: ThreeBytes.slot(endingAt: end, hashShift)
        case 2: TwoBytes.slot(endingAt: end, hashShift)
        default: OneByte.slot(endingAt: end, hashShift)
        }
    }
}

/// The text of one search.
private struct Bounds {
    let base: UnsafePointer<UInt8>
    let finish: UnsafePointer<UInt8>
}

/// The last bytes of a window as a number.
private protocol Gram {
    static func value(endingAt end: UnsafePointer<UInt8>) -> UInt32
}

extension Gram {
    /// Where the tables have the entry of these bytes.
    @inline(__always)
    fileprivate static func slot(endingAt end: UnsafePointer<UInt8>, _ hashShift: UInt32) -> Int {
        Int(truncatingIfNeeded: (value(endingAt: end) &* 0x9E37_79B1) &>> hashShift)
    }
}

private enum OneByte: Gram {
    @inline(__always)
    static func value(endingAt end: UnsafePointer<UInt8>) -> UInt32 { UInt32(end[-1]) }
}

private enum TwoBytes: Gram {
    @inline(__always)
    static func value(endingAt end: UnsafePointer<UInt8>) -> UInt32 {
        UInt32(UnsafeRawPointer(end - 2).loadUnaligned(as: UInt16.self))
    }
}

private enum ThreeBytes: Gram {
    @inline(__always)
    static func value(endingAt end: UnsafePointer<UInt8>) -> UInt32 {
        UInt32(UnsafeRawPointer(end - 3).loadUnaligned(as: UInt16.self)) | UInt32(end[-1]) << 16
    }
}
