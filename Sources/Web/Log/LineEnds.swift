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
        guard let base = bytes.baseAddress, let found = memrchr(base, 10, bytes.count) else { return nil }
        return UnsafeRawPointer(found) - base + 1
    }

    /// Where `needle`, which is not empty, first is in `text`.
    static func offset(of needle: [UInt8], in text: UnsafeRawBufferPointer) -> Int? {
        guard let base = text.baseAddress else { return nil }
        return needle.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress, let found = memmem(base, text.count, start, bytes.count) else { return nil }
            return UnsafeRawPointer(found) - base
        }
    }
}
