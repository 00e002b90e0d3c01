internal import NIOCore

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Musl
#endif

/// An open log file. All methods block: call them on a `FileQueue`.
final class LogBytes: Sendable {
    let path: String
    private let descriptor: Int32

    /// - Throws: `WebError.log` where the file can't be opened; nil where it does not exist yet.
    init?(path: String) throws(WebError) {
        descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        self.path = path
        if descriptor < 0 {
            guard errno == ENOENT else { throw WebError.log(path: path, reason: Self.errorText()) }
            return nil
        }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    func size() throws(WebError) -> Int64 {
        // Reads name their own offsets, so moving the descriptor's does no harm.
        let end = lseek(descriptor, 0, SEEK_END)
        guard end >= 0 else { throw WebError.log(path: path, reason: Self.errorText()) }
        return Int64(end)
    }

    /// At most `count` bytes from `offset`; fewer at the file's end.
    func read(from offset: Int64, count: Int) throws(WebError) -> ByteBuffer {
        var buffer = ByteBufferAllocator().buffer(capacity: max(count, 1))
        var problem: WebError?
        var done = 0
        while done < count, problem == nil {
            let got = buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count - done) { target in
                let got = pread(descriptor, target.baseAddress, count - done, off_t(offset) + off_t(done))
                if got < 0, errno != EINTR { problem = WebError.log(path: path, reason: Self.errorText()) }
                return max(got, 0)
            }
            if got == 0, problem == nil { break }
            done += got
        }
        if let problem { throw problem }
        return buffer
    }

    private static func errorText() -> String { String(cString: strerror(errno)) }
}
