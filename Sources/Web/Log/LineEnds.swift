#if canImport(Glibc)
    internal import Glibc
#else
    internal import Musl
#endif

/// Finds line feeds as fast as the C library can.
enum LineEnds {
    static func next(from start: UnsafeRawPointer, to end: UnsafeRawPointer) -> UnsafeRawPointer? {
        memchr(start, 10, end - start).map { UnsafeRawPointer($0) }
    }

    /// The offset behind the last line feed, or nil where there is none.
    static func afterLast(in bytes: UnsafeRawBufferPointer) -> Int? {
        var end = bytes.count
        while end > 0, bytes[end - 1] != 10 { end -= 1 }
        return end > 0 ? end : nil
    }

    /// Where `needle`, which is not empty, first is in `text`.
    static func offset(of needle: [UInt8], in text: UnsafeRawBufferPointer) -> Int? {
        guard let base = text.baseAddress, let first = needle.first, needle.count <= text.count else { return nil }
        let last = base + (text.count - needle.count)
        var position = base
        return needle.withUnsafeBytes { bytes in
            guard let wanted = bytes.baseAddress else { return nil }
            while position <= last, let found = memchr(position, Int32(first), last - position + 1) {
                if memcmp(found, wanted, bytes.count) == 0 { return UnsafeRawPointer(found) - base }
                position = UnsafeRawPointer(found) + 1
            }
            return nil
        }
    }
}
