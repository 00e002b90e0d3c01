internal import CProcesses
internal import Glibc

/// A connected stream over a Unix socket, blocking.
public final class UnixSocket: Sendable {
    /// Who is at the other end, as the kernel says.
    public struct Peer: Sendable, Hashable {
        public let pid: Int32
        public let userID: UInt32
        public let groupID: UInt32
    }

    private let descriptor: OwnedDescriptor

    /// For poll(2).
    public var number: Int32 { descriptor.number }

    init(_ descriptor: OwnedDescriptor) {
        self.descriptor = descriptor
    }

    public static func connect(to path: String) throws(ProcessError) -> UnixSocket {
        let descriptor = try UnixAddress.socket()
        try UnixAddress.use(path, "connect to") { address, length in
            Glibc.connect(descriptor.number, address, length)
        }
        return UnixSocket(descriptor)
    }

    public func peer() throws(ProcessError) -> Peer {
        var pid: pid_t = 0
        var user: UInt32 = 0
        var group: UInt32 = 0
        guard slipway_peer(number, &pid, &user, &group) == 0 else { throw .system("ask who is at a socket", code: errno) }
        return Peer(pid: pid, userID: user, groupID: group)
    }

    /// At most `limit` bytes; empty when the peer has closed. Nil if nothing came until the deadline.
    public func read(atMost limit: Int, until deadline: SuspendingClock.Instant? = nil) throws(ProcessError) -> [UInt8]? {
        guard Polling.ready([number], until: deadline)[0] else { return nil }
        return try descriptor.read(atMost: limit)
    }

    /// Writes everything. A peer that is gone is an error, not a signal.
    public func write(_ bytes: [UInt8]) throws(ProcessError) {
        var offset = 0
        while offset < bytes.count {
            let sent = bytes.withUnsafeBytes { buffer in
                slipway_send(number, buffer.baseAddress! + offset, buffer.count - offset, nil, 0)
            }
            guard sent >= 0 else { throw .system("write to a socket", code: errno) }
            offset += sent
        }
    }

    /// Sends bytes with a copy of a descriptor, as one message.
    public func send(_ bytes: [UInt8], descriptor other: Int32) throws(ProcessError) {
        var other = other
        guard slipway_send(number, bytes, bytes.count, &other, 1) == bytes.count else {
            throw .system("send a descriptor over a socket", code: errno)
        }
    }

    /// What came in one message, with its descriptor where it has one; nil if nothing came until the deadline.
    public func receive(
        atMost limit: Int, until deadline: SuspendingClock.Instant
    ) throws(ProcessError) -> (bytes: [UInt8], descriptor: OwnedDescriptor?)? {
        guard Polling.ready([number], until: deadline)[0] else { return nil }
        guard let message = ForkMessage.receive(from: number, atMost: limit) else { return ([], nil) }
        return (message.bytes, message.descriptors.first)
    }

    /// Gives the connection away: the caller closes it.
    public func release() -> Int32 { descriptor.release() }

    public func close() { descriptor.close() }
}

/// A Unix socket that waits for connections. The file is removed when it is closed.
public final class UnixSocketListener: Sendable {
    public let path: String
    private let descriptor: OwnedDescriptor

    /// Readable when somebody connects; for poll(2).
    public var number: Int32 { descriptor.number }

    /// Makes the socket; a file that is left over from another owner is replaced.
    ///
    /// - Parameter mode: Its permissions from the start; who can't write to it can't connect.
    public init(path: String, mode: UInt32 = 0o600) throws(ProcessError) {
        self.path = path
        descriptor = try UnixAddress.socket()
        unlink(path)
        // The kernel makes the file with the socket's own mode (unix(7)), so it is never open wider than this.
        guard fchmod(descriptor.number, mode) == 0 else { throw .system("set the mode of '\(path)'", code: errno) }
        let number = descriptor.number
        try UnixAddress.use(path, "listen on") { address, length in bind(number, address, length) }
        chmod(path, mode)
        guard listen(number, 128) == 0 else { throw .system("listen on '\(path)'", code: errno) }
    }

    /// The next connection; nil if there was none until the deadline.
    public func accept(until deadline: SuspendingClock.Instant? = nil) throws(ProcessError) -> UnixSocket? {
        guard Polling.ready([number], until: deadline)[0] else { return nil }
        let connection = slipway_accept(number)
        guard connection >= 0 else { throw .system("accept on '\(path)'", code: errno) }
        return UnixSocket(OwnedDescriptor(connection))
    }

    public func close() {
        guard number >= 0 else { return }
        unlink(path)
        descriptor.close()
    }

    deinit { close() }
}

private enum UnixAddress {
    static func socket() throws(ProcessError) -> OwnedDescriptor {
        let number = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard number >= 0 else { throw .system("make a socket", code: errno) }
        return OwnedDescriptor(number)
    }

    /// An address holds 107 bytes; a longer path is reached through its folder's descriptor.
    static func use(
        _ path: String, _ operation: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) throws(ProcessError) {
        var folder: OwnedDescriptor?
        var short = path
        if path.utf8.count > 107, let slash = path.lastIndex(of: "/") {
            let number = slipway_open_folder(String(path[..<slash]))
            guard number >= 0 else { throw .system("\(operation) '\(path)'", code: errno) }
            let opened = OwnedDescriptor(number)
            short = "/proc/self/fd/\(opened.number)/\(path[path.index(after: slash)...])"
            folder = opened
        }
        guard short.utf8.count <= 107 else { throw .system("\(operation) '\(path)'", code: ENAMETOOLONG) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: short.utf8) }
        let answer = withExtendedLifetime(folder) {
            withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
        }
        guard answer == 0 else { throw .system("\(operation) '\(path)'", code: errno) }
    }
}
