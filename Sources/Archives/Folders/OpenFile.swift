internal import Glibc

/// A file or folder of the operating system that is held open; closed with the last reference to it.
public final class OpenFile: Sendable {
    public let descriptor: Int32

    /// Takes over a descriptor that nobody else closes.
    public init(taking descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// Opens a file by a path that the caller trusts.
    public static func open(reading path: String) throws(ArchiveError) -> OpenFile {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system("open", path) }
        return OpenFile(taking: descriptor)
    }

    func status(shown path: String) throws(ArchiveError) -> stat {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system("look at", path) }
        return status
    }

    /// In bytes.
    public func size() throws(ArchiveError) -> Int64 { Int64(try status(shown: "an open file").st_size) }

    /// Reads from where the last read ended; 0 at the end of the file.
    func read(into buffer: UnsafeMutableRawBufferPointer, shown path: String) throws(ArchiveError) -> Int {
        while true {
            let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            if count >= 0 { return count }
            guard errno == EINTR else { throw .system("read", path) }
        }
    }

    /// All of it, from where the last read ended.
    func readAll(limit: Int, shown path: String) throws(ArchiveError) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            var failure: ArchiveError?
            let count = chunk.withUnsafeMutableBytes { buffer -> Int in
                do throws(ArchiveError) { return try read(into: buffer, shown: path) } catch {
                    failure = error
                    return 0
                }
            }
            if let failure { throw failure }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
            guard bytes.count <= limit else { throw ArchiveError(.tooLarge, "\(path) holds more than \(limit) bytes") }
        }
    }

    func write(_ bytes: [UInt8], shown path: String) throws(ArchiveError) {
        var failure: ArchiveError?
        bytes.withUnsafeBytes { buffer in
            do throws(ArchiveError) { try write(buffer, shown: path) } catch { failure = error }
        }
        if let failure { throw failure }
    }

    func write(_ bytes: UnsafeRawBufferPointer, shown path: String) throws(ArchiveError) {
        var written = 0
        while written < bytes.count {
            let count = Glibc.write(descriptor, bytes.baseAddress.map { $0 + written }, bytes.count - written)
            if count >= 0 {
                written += count
            } else if errno != EINTR {
                throw .system("write", path)
            }
        }
    }
}
