internal import Glibc

/// Who wants a shell in a paused job, and what the terminal there is like.
public struct ShellRequest: Codable, Equatable, Sendable {
    /// As records name them.
    public var actor: String
    /// The user of the host at the other end of the connection.
    public var userID: UInt32
    public var size: TerminalSize
    /// What kind of a terminal it is (`TERM`).
    public var terminal: String

    public init(actor: String, userID: UInt32, size: TerminalSize, terminal: String) {
        self.actor = actor
        self.userID = userID
        self.size = size
        self.terminal = terminal
    }
}

/// A connection of somebody's command line, to whom a shell's terminal is relayed. Closed when this is gone.
public final class ShellConnection: Sendable {
    let descriptor: Int32
    /// What came already.
    let beginning: [UInt8]

    /// - Parameter descriptor: a connected stream; taken over.
    public init(taking descriptor: Int32, beginning: [UInt8] = []) {
        self.descriptor = descriptor
        self.beginning = beginning
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    }

    deinit { close(descriptor) }

    /// Says that there is no shell. Who does not listen need not know.
    public func refuse(_ reason: String) {
        let frame = TerminalFrame.closed(reason).encoded
        _ = frame.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
    }
}
