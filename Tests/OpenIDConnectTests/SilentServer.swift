#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// Takes connections, and never says a word.
final class SilentServer: Sendable {
    struct Failure: Error {}

    let address: String
    private let descriptor: Int32

    init() throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var target = sockaddr_in()
        target.sin_family = sa_family_t(AF_INET)
        target.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &target) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        self.descriptor = descriptor
        guard isBound, listen(descriptor, 64) == 0 else { throw Failure() }
        address = "http://127.0.0.1:\(UInt16(bigEndian: target.sin_port))/token"
    }

    deinit { close(descriptor) }
}
