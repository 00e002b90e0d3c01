internal import Glibc

/// The `.git/index` of a fresh checkout (gitformat-index(5)), with what `git status` compares files by.
///
/// Version 2, or 3 where files are left out.
struct IndexFile {
    private var bytes: [UInt8] = []
    private var count: UInt32 = 0
    private var version: UInt32 = 2

    init() {
        bytes.reserveCapacity(8192)
        bytes.append(contentsOf: "DIRC".utf8)
        bytes.append(bigEndian: 2)
        bytes.append(bigEndian: 0)
    }

    /// Adds an entry. They come in the order of their paths, which is the order of a tree that is walked depth first.
    ///
    /// - Parameter isLeftOut: whether a sparse checkout has no such file: its absence is then no change.
    mutating func add(path: ArraySlice<UInt8>, mode: UInt32, id: ObjectID, status: stat?, isLeftOut: Bool = false) {
        let start = bytes.count
        let status = status ?? stat()
        for value in [
            UInt32(truncatingIfNeeded: status.st_ctim.tv_sec), UInt32(truncatingIfNeeded: status.st_ctim.tv_nsec),
            UInt32(truncatingIfNeeded: status.st_mtim.tv_sec), UInt32(truncatingIfNeeded: status.st_mtim.tv_nsec),
            UInt32(truncatingIfNeeded: status.st_dev), UInt32(truncatingIfNeeded: status.st_ino), mode, status.st_uid,
            status.st_gid, UInt32(truncatingIfNeeded: status.st_size),
        ] {
            bytes.append(bigEndian: value)
        }
        id.withBytes { bytes.append(contentsOf: $0) }
        let flags = UInt16(min(path.count, 0xfff)) | (isLeftOut ? Self.isExtended : 0)
        bytes.append(UInt8(flags >> 8))
        bytes.append(UInt8(flags & 255))
        if isLeftOut {
            version = 3
            bytes.append(UInt8(Self.skipsWorkingTree >> 8))
            bytes.append(0)
        }
        bytes.append(contentsOf: path)
        // One to eight zeros, up to a multiple of eight.
        bytes.append(contentsOf: repeatElement(0, count: 8 - (bytes.count - start) % 8))
        count += 1
    }

    private static let isExtended: UInt16 = 0x4000
    private static let skipsWorkingTree: UInt16 = 0x4000

    /// The file's bytes with their checksum.
    func finished() -> [UInt8] {
        var bytes = bytes
        Swift.withUnsafeBytes(of: version.bigEndian) { number in bytes.replaceSubrange(4..<8, with: number) }
        Swift.withUnsafeBytes(of: count.bigEndian) { number in bytes.replaceSubrange(8..<12, with: number) }
        var hash = SHA1()
        bytes.withUnsafeBytes { hash.update($0) }
        return bytes + hash.finish()
    }
}
