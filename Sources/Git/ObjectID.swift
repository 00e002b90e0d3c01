internal import CLibGit2

/// The SHA-1 name of a Git object: a commit, a tree, a blob or an annotated tag.
///
/// Its text form is 40 lower-case hexadecimal digits; that is also how it is encoded.
public struct ObjectID: Hashable, Sendable, Comparable {
    // Big endian, so that comparing the numbers orders ids as their text does.
    private let high: UInt64
    private let middle: UInt64
    private let low: UInt32

    /// The number of bytes of an id in Git's binary formats.
    static let byteCount = 20

    /// Reads 40 hexadecimal digits of either case; anything else is nil.
    public init?(_ text: some StringProtocol) {
        var words: (UInt64, UInt64, UInt32) = (0, 0, 0)
        var count = 0
        for byte in text.utf8 {
            guard let digit = Hexadecimal.value(of: byte), count < 40 else { return nil }
            switch count {
            case 0..<16: words.0 = words.0 << 4 | UInt64(digit)
            case 16..<32: words.1 = words.1 << 4 | UInt64(digit)
            default: words.2 = words.2 << 4 | UInt32(digit)
            }
            count += 1
        }
        guard count == 40 else { return nil }
        (high, middle, low) = words
    }

    /// Reads 20 bytes; the buffer must hold at least as many.
    init(bytes: UnsafeRawBufferPointer) {
        precondition(bytes.count >= Self.byteCount, "an object id has 20 bytes")
        high = UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self))
        middle = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        low = UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt32.self))
    }

    init(_ raw: git_oid) {
        self = withUnsafeBytes(of: raw) { ObjectID(bytes: $0) }
    }

    /// The id as libgit2 wants it.
    var raw: git_oid {
        var result = git_oid()
        withUnsafeMutableBytes(of: &result) { buffer in
            buffer.storeBytes(of: high.bigEndian, as: UInt64.self)
            buffer.storeBytes(of: middle.bigEndian, toByteOffset: 8, as: UInt64.self)
            buffer.storeBytes(of: low.bigEndian, toByteOffset: 16, as: UInt32.self)
        }
        return result
    }

    /// The first byte, by which packs group their objects.
    var firstByte: UInt8 { UInt8(truncatingIfNeeded: high >> 56) }

    /// The 20 bytes of Git's binary formats.
    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        withUnsafeBytes(of: raw) { body($0) }
    }

    /// The id of forty zeros, which Git's protocols use for "no object".
    public static let zero = ObjectID(high: 0, middle: 0, low: 0)

    /// Git's name for the tree without entries.
    public static let emptyTree = ObjectID(high: 0x4b82_5dc6_42cb_6eb9, middle: 0xa060_e54b_f8d6_9288, low: 0xfbee_4904)

    private init(high: UInt64, middle: UInt64, low: UInt32) {
        (self.high, self.middle, self.low) = (high, middle, low)
    }

    /// The first `length` digits, as people name a commit.
    public func abbreviated(_ length: Int = 7) -> String { String(description.prefix(length)) }

    public static func < (left: ObjectID, right: ObjectID) -> Bool {
        (left.high, left.middle, left.low) < (right.high, right.middle, right.low)
    }
}

extension ObjectID: CustomStringConvertible {
    public var description: String {
        withBytes { Hexadecimal.text(of: $0) }
    }
}

extension ObjectID: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let id = ObjectID(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "An object id has 40 hexadecimal digits, found '\(text)'.")
        }
        self = id
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
