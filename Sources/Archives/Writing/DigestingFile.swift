internal import Glibc
internal import Signing

/// A file that is written from its beginning to its end, with its size and SHA-256 taken on the way.
public final class DigestingFile {
    public let file: OpenFile
    public private(set) var size: Int64 = 0
    private let path: String
    private let limit: Int64
    private let hash = SHA256()

    /// Makes the file; it must not be there yet.
    ///
    /// - Parameter limit: how many bytes it may have.
    public init(making path: String, limit: Int64) throws(ArchiveError) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o640)
        guard descriptor >= 0 else { throw .system("make", path) }
        file = OpenFile(taking: descriptor)
        self.path = path
        self.limit = limit
    }

    public func write(_ bytes: UnsafeRawBufferPointer) throws(ArchiveError) {
        guard size + Int64(bytes.count) <= limit else {
            throw ArchiveError(.tooLarge, "it is larger than the \(limit) bytes that are left for it")
        }
        try file.write(bytes, shown: path)
        hash.update(bytes)
        size += Int64(bytes.count)
    }

    /// Has everything on the disk; to be called once.
    ///
    /// - Returns: the SHA-256 in hexadecimal digits.
    public func finish() throws(ArchiveError) -> String {
        guard fdatasync(file.descriptor) == 0 else { throw .system("store", path) }
        return hash.finishHexadecimal()
    }
}

extension OpenFile {
    /// The SHA-256 of the whole file, in hexadecimal digits.
    public func digest(isCancelled: () -> Bool = { false }) throws(ArchiveError) -> String {
        let hash = SHA256()
        var offset: off_t = 0
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
        defer { buffer.deallocate() }
        while true {
            if isCancelled() { throw ArchiveError(.cancelled, "reading a file was cancelled") }
            let count = pread(descriptor, buffer.baseAddress, buffer.count, offset)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw .system("read", "an open file") }
            if count == 0 { return hash.finishHexadecimal() }
            hash.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            offset += off_t(count)
        }
    }
}

extension DigestingFile {
    public func write(_ bytes: [UInt8]) throws(ArchiveError) {
        var failure: ArchiveError?
        bytes.withUnsafeBytes { buffer in
            do throws(ArchiveError) { try write(buffer) } catch { failure = error }
        }
        if let failure { throw failure }
    }

    /// Adds what another file holds, from where it was read last.
    public func append(_ other: OpenFile, isCancelled: () -> Bool = { false }) throws(ArchiveError) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
        defer { buffer.deallocate() }
        while true {
            if isCancelled() { throw ArchiveError(.cancelled, "copying a file was cancelled") }
            let count = try other.read(into: buffer, shown: "a file")
            if count == 0 { return }
            try write(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
    }
}
