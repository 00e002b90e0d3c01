/// The blocks that stand before an entry's bytes in a tar archive (POSIX.1-2001, "pax Interchange Format").
struct TarHeader {
    enum Kind: UInt8 {
        case file = 48
        /// A further name of a file that was sent under its first one.
        case furtherName = 49
        case link = 50
        case folder = 53
        /// Holds what has no room in the header after it.
        case extended = 120
    }

    static let blockSize = 512

    var kind: Kind
    /// Bytes: names of files are no text.
    var name: [UInt8]
    var target: [UInt8] = []
    var mode: UInt32
    var size: Int64 = 0
    /// Seconds since 1970.
    var modified: Int64

    /// With an extended header before it where name, target or size need one.
    var blocks: [UInt8] {
        var records: [UInt8] = []
        if name.count > 100 { records += Self.record("path", name) }
        if target.count > 100 { records += Self.record("linkpath", target) }
        if size >= Self.sizeLimit { records += Self.record("size", Array("\(size)".utf8)) }
        guard !records.isEmpty else { return block }
        let extended = TarHeader(
            kind: .extended, name: Array("pax".utf8), mode: 0o644, size: Int64(records.count), modified: modified)
        return extended.block + records + [UInt8](repeating: 0, count: Self.padding(after: Int64(records.count))) + block
    }

    /// How many zeros follow that many bytes.
    static func padding(after size: Int64) -> Int { Int((512 - size % 512) % 512) }

    /// What eleven octal digits don't hold.
    private static let sizeLimit: Int64 = 1 << 33

    /// Its length, which counts itself, a name and a value.
    private static func record(_ name: String, _ value: [UInt8]) -> [UInt8] {
        let rest = Array(" \(name)=".utf8) + value + [10]
        var length = rest.count + 1
        while length != rest.count + "\(length)".utf8.count { length += 1 }
        return Array("\(length)".utf8) + rest
    }

    private var block: [UInt8] {
        var block: [UInt8] = []
        func field(_ bytes: some Sequence<UInt8>, _ width: Int) {
            let bytes = Array(bytes.prefix(width))
            block += bytes + [UInt8](repeating: 0, count: width - bytes.count)
        }
        func octal(_ number: Int64, _ width: Int) {
            let digits = String(max(0, number), radix: 8)
            field((String(repeating: "0", count: max(0, width - 1 - digits.count)) + digits).utf8, width)
        }
        field(name, 100)
        octal(Int64(mode & 0o7777), 8)
        // Whoever has the files here is nobody in the image.
        octal(0, 8)
        octal(0, 8)
        octal(size < Self.sizeLimit ? size : 0, 12)
        octal(modified, 12)
        field([UInt8](repeating: 32, count: 8), 8)
        field([kind.rawValue], 1)
        field(target, 100)
        field([117, 115, 116, 97, 114, 0, 48, 48], 8)
        field([], Self.blockSize - block.count)
        let sum = block.reduce(0) { $0 + Int($1) }
        let digits = String(sum, radix: 8)
        block.replaceSubrange(
            148..<156, with: Array((String(repeating: "0", count: 6 - digits.count) + digits).utf8) + [0, 32])
        return block
    }
}
