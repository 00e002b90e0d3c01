internal import CLibGit2
internal import Glibc

/// Writes packs (gitformat-pack(5)) and their indexes, of version 1, into a checkout's `.git/objects/pack`.
///
/// Objects are stored without compression or deltas: a job's repository lives for minutes, and deflating it would cost
/// more than everything else of a checkout. A pack that passes 2 GiB is closed and another one begun, for the index has
/// 32 bits for a position.
struct PackWriter: ~Copyable {
    private let folder: FolderDescriptor
    private let isDiscarding: Bool
    private var buffer: [UInt8] = []
    private var file: NewFile?
    /// How many bytes of this pack have left the buffer.
    private var flushed = 0
    private var entries: [(id: ObjectID, offset: UInt32)] = []
    private var written: Set<ObjectID> = []

    private static let largestOffset = 1 << 31
    private static let bufferSize = 1 << 19
    private static let headerSize = 12

    /// With `isDiscarding`, everything that is added is forgotten: for a repository that gets its objects otherwise.
    init(folder: consuming FolderDescriptor, isDiscarding: Bool = false) {
        self.folder = folder
        self.isDiscarding = isDiscarding
        startPack()
    }

    /// Whether the object is in one of the packs.
    func contains(_ id: ObjectID) -> Bool { written.contains(id) }

    /// Adds an object, unless it is there already.
    mutating func add(_ id: ObjectID, _ object: ObjectContent) throws(GitError) {
        guard !isDiscarding, written.insert(id).inserted else { return }
        if flushed + buffer.count > Self.largestOffset { try finishPack() }
        entries.append((id, UInt32(flushed + buffer.count)))
        appendHeader(type: object.type, size: object.bytes.count)
        try appendStored(object.bytes)
    }

    /// Writes what is left; nothing can be added afterwards.
    mutating func finish() throws(GitError) {
        if !entries.isEmpty { try finishPack() }
    }

    // MARK: Objects

    private mutating func startPack() {
        flushed = 0
        entries.removeAll(keepingCapacity: true)
        buffer.removeAll(keepingCapacity: true)
        buffer.append(contentsOf: "PACK".utf8)
        buffer.append(bigEndian: 2)
        // The number of objects is filled in at the end.
        buffer.append(bigEndian: 0)
    }

    /// Three bits of type and a size in groups of seven bits, the first of four.
    private mutating func appendHeader(type: git_object_t, size: Int) {
        var rest = size >> 4
        var byte = UInt8(truncatingIfNeeded: type.rawValue) << 4 | UInt8(size & 15)
        while rest > 0 {
            buffer.append(byte | 0x80)
            byte = UInt8(rest & 0x7f)
            rest >>= 7
        }
        buffer.append(byte)
    }

    /// A zlib stream (RFC 1950) of stored blocks (RFC 1951 §3.2.4).
    private mutating func appendStored(_ bytes: UnsafeRawBufferPointer) throws(GitError) {
        buffer.append(0x78)
        buffer.append(0x01)
        var rest = bytes
        repeat {
            let block = UnsafeRawBufferPointer(rebasing: rest.prefix(65535))
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(block.count))
            let length = UInt16(block.count)
            buffer.append(rest.isEmpty ? 1 : 0)
            buffer.append(UInt8(length & 255))
            buffer.append(UInt8(length >> 8))
            buffer.append(UInt8(~length & 255))
            buffer.append(UInt8(~length >> 8))
            buffer.append(contentsOf: block)
            if buffer.count >= Self.bufferSize { try flush() }
        } while !rest.isEmpty
        buffer.append(bigEndian: Adler32.checksum(of: bytes))
    }

    // MARK: Files

    private static let temporaryName = "pack-in-progress"

    private mutating func flush() throws(GitError) {
        if file == nil { file = try folder.createFile(Self.temporaryName, mode: 0o444) }
        try buffer.withBytes { bytes throws(GitError) in try file?.write(bytes) }
        flushed += buffer.count
        buffer.removeAll(keepingCapacity: true)
    }

    private mutating func finishPack() throws(GitError) {
        let checksum = try sealPack()
        let name = checksum.withUnsafeBytes { "pack-\(Hexadecimal.text(of: $0))" }
        var index = packIndex(checksum: checksum)
        var hash = SHA1()
        index.withUnsafeBytes { hash.update($0) }
        index += hash.finish()
        try folder.rename(Self.temporaryName, to: "\(name).pack")
        try index.withBytes { bytes throws(GitError) in try folder.write(bytes, to: "\(name).idx", mode: 0o444) }
        startPack()
    }

    /// Fills in the number of objects, appends the checksum, and writes the rest.
    private mutating func sealPack() throws(GitError) -> [UInt8] {
        var count: [UInt8] = []
        count.append(bigEndian: UInt32(entries.count))
        var hash = SHA1()
        if file == nil {
            // The whole pack is still in memory: the usual case, with one write.
            buffer.replaceSubrange(8..<Self.headerSize, with: count)
            buffer.withUnsafeBytes { hash.update($0) }
        } else {
            try flush()
            try count.withBytes { bytes throws(GitError) in try file?.overwrite(bytes, at: 8) }
            try hashFile(&hash)
        }
        let checksum = hash.finish()
        buffer += checksum
        try flush()
        file = nil
        return checksum
    }

    private mutating func hashFile(_ hash: inout SHA1) throws(GitError) {
        buffer = [UInt8](repeating: 0, count: Self.bufferSize)
        var offset = 0
        while offset < flushed {
            let count = try file?.read(into: &buffer, at: offset) ?? 0
            guard count > 0 else { break }
            buffer.withUnsafeBytes { hash.update(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
            offset += count
        }
        buffer.removeAll(keepingCapacity: true)
    }

    private func packIndex(checksum: [UInt8]) -> [UInt8] {
        let sorted = entries.sorted { $0.id < $1.id }
        var result: [UInt8] = []
        result.reserveCapacity(256 * 4 + sorted.count * 24 + 40)
        var position = 0
        for byte in UInt8.min...UInt8.max {
            while position < sorted.count, sorted[position].id.firstByte == byte { position += 1 }
            result.append(bigEndian: UInt32(position))
        }
        for entry in sorted {
            result.append(bigEndian: entry.offset)
            entry.id.withBytes { result.append(contentsOf: $0) }
        }
        return result + checksum
    }
}
