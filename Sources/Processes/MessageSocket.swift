internal import CProcesses
internal import Glibc

/// One end of a socket between two processes, over which messages go with descriptors, each received whole or not at all.
public struct MessageSocket: Sendable {
    /// A message as it arrives; its descriptors are close-on-exec.
    public struct Message: Sendable {
        public let bytes: [UInt8]
        public let descriptors: [OwnedDescriptor]
    }

    public let descriptor: OwnedDescriptor

    /// The end that another process handed over.
    public init(_ descriptor: OwnedDescriptor) { self.descriptor = descriptor }

    /// Both ends, close-on-exec.
    public static func pair() throws(ProcessError) -> (near: MessageSocket, far: MessageSocket) {
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_SEQPACKET.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw .system("make a pair of sockets", code: errno)
        }
        return (MessageSocket(OwnedDescriptor(ends[0])), MessageSocket(OwnedDescriptor(ends[1])))
    }

    /// At most 4 descriptors, of which the other side gets copies; at least one byte.
    ///
    /// - Throws: also where the other end is closed.
    public func send(_ bytes: [UInt8], descriptors: [Int32] = []) throws(ProcessError) {
        guard slipway_send(descriptor.number, bytes, bytes.count, descriptors, descriptors.count) == bytes.count else {
            throw .system("send a message to another process", code: errno)
        }
    }

    /// Blocks until there is a message, or until the other end is closed: nil.
    ///
    /// - Parameter limit: The most bytes that a message has; what is longer is cut.
    public func receive(atMost limit: Int) -> Message? {
        guard let message = ForkMessage.receive(from: descriptor.number, atMost: limit) else { return nil }
        return Message(bytes: message.bytes, descriptors: message.descriptors)
    }
}
