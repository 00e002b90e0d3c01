internal import HTTPTypes
internal import NIOCore
internal import Plan
internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Musl
#endif

/// Who is at the other end of the operator socket: the system says it (`SO_PEERCRED`, unix(7)), nobody can claim it.
///
/// Root and the user that the daemon runs as are admins. Everybody else who can open the socket is of its group, and an operator.
final class SocketPeers: Sendable {
    /// Names that the system was asked for: a user keeps theirs as long as a daemon lives, near enough.
    private let names = Mutex<[UInt32: String]>([:])

    func actor(at channel: any Channel) async throws -> Actor {
        guard let provider = channel as? any SocketOptionProvider else {
            throw WebProblem(.internalServerError, "The system can't say who is at the operator socket.")
        }
        let peer: PeerCredentials = try await provider.unsafeGetSocketOption(
            level: .socket, name: NIOBSDSocket.Option(rawValue: SO_PEERCRED)
        ).get()
        return Actor(name: try await name(of: peer.user), role: Self.role(of: peer.user), proof: .socket)
    }

    static func role(of user: UInt32) -> Role { user == 0 || user == geteuid() ? .admin : .operator }

    /// Asked on a queue of its own: the system may have to ask a directory on another machine.
    private func name(of user: UInt32) async throws -> String {
        if let known = names.withLock({ $0[user] }) { return known }
        let found = try await FileQueue.shared.run(key: Int(user)) { Self.systemName(of: user) }
        names.withLock { $0[user] = found }
        return found
    }

    static func systemName(of user: UInt32) -> String {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 16 << 10)
        return buffer.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress, getpwuid_r(user, &entry, start, buffer.count, &found) == 0, found != nil else {
                return "user \(user)"
            }
            return entry.pw_name.map { String(cString: $0) } ?? "user \(user)"
        }
    }
}

/// `struct ucred` of the kernel's interface.
private struct PeerCredentials: Sendable {
    var process: Int32 = 0
    var user: UInt32 = 0
    var group: UInt32 = 0
}
