internal import CProcesses
internal import Glibc

/// One message of the socket between the fork server and its client, with its descriptors.
struct ForkMessage {
    static let mostBytes = 4096
    static let mostDescriptors = 4

    let bytes: [UInt8]
    let descriptors: [OwnedDescriptor]

    /// Nil when the other side has closed.
    static func receive(from socket: Int32, atMost limit: Int = mostBytes) -> ForkMessage? {
        var numbers = [Int32](repeating: -1, count: mostDescriptors)
        var count = numbers.count
        let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, length in
            length = max(0, slipway_receive(socket, buffer.baseAddress, limit, &numbers, &count))
        }
        let descriptors = numbers.prefix(count).map { OwnedDescriptor($0) }
        return bytes.isEmpty ? nil : ForkMessage(bytes: bytes, descriptors: descriptors)
    }
}

/// Asks for a process: eight bytes of its deadline in milliseconds, 0 for a detached one, then the role's name.
struct ForkRequest {
    var role: String
    var milliseconds: UInt64

    init(role: String, milliseconds: UInt64) {
        self.role = role
        self.milliseconds = milliseconds
    }

    init?(_ bytes: [UInt8]) {
        guard bytes.count >= 8 else { return nil }
        milliseconds = bytes.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
        role = String(decoding: bytes.dropFirst(8), as: UTF8.self)
    }

    var bytes: [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: milliseconds >> (8 * $0)) } + Array(role.utf8)
    }
}

/// The answer: the pid with its pidfd, or the errno of what failed.
struct ForkReply {
    var pid: Int32
    var code: Int32

    init(pid: Int32, code: Int32) {
        self.pid = pid
        self.code = code
    }

    init?(_ bytes: [UInt8]) {
        guard bytes.count == 8 else { return nil }
        func number(_ part: ArraySlice<UInt8>) -> Int32 {
            Int32(bitPattern: part.reversed().reduce(0) { $0 << 8 | UInt32($1) })
        }
        pid = number(bytes[0..<4])
        code = number(bytes[4..<8])
    }

    var bytes: [UInt8] {
        [pid, code].flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
    }

    /// A client that is gone is noticed by the next reception.
    func send(to socket: Int32, _ handle: OwnedDescriptor? = nil) {
        let bytes = bytes
        var number = handle?.number ?? -1
        _ = slipway_send(socket, bytes, bytes.count, &number, handle == nil ? 0 : 1)
    }
}
