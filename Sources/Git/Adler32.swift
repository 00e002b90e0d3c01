/// The checksum at the end of a zlib stream (RFC 1950 §8.2).
enum Adler32 {
    private static let base: UInt32 = 65521
    /// The most bytes whose sums fit into 32 bits.
    private static let chunk = 5552

    static func checksum(of bytes: UnsafeRawBufferPointer) -> UInt32 {
        var (low, high): (UInt32, UInt32) = (1, 0)
        var position = 0
        while position < bytes.count {
            let end = min(position + chunk, bytes.count)
            for index in position..<end {
                low &+= UInt32(bytes[index])
                high &+= low
            }
            low %= base
            high %= base
            position = end
        }
        return high << 16 | low
    }
}
