internal import CProcesses
internal import Glibc

/// The terminal that this process was started on, with every key handed on as it is: no line is edited here, and Ctrl-C is a
/// character.
///
/// As it was is how it is left: by `restore`, or at the latest when the object goes.
public final class RawTerminal {
    private let descriptor: Int32
    private let before: termios
    private var isRaw = true

    /// - Returns: nil where the descriptor is no terminal.
    public init?(_ descriptor: Int32) {
        var settings = termios()
        guard tcgetattr(descriptor, &settings) == 0 else { return nil }
        self.descriptor = descriptor
        before = settings
        cfmakeraw(&settings)
        guard tcsetattr(descriptor, TCSADRAIN, &settings) == 0 else { return nil }
    }

    deinit { restore() }

    public func restore() {
        guard isRaw else { return }
        isRaw = false
        var settings = before
        // A process in the background would be stopped for it; it has nothing to restore then.
        _ = tcsetattr(descriptor, TCSADRAIN, &settings)
    }

    /// The size of a terminal's window in characters; nil where it has none.
    public static func size(of descriptor: Int32) -> (columns: UInt16, rows: UInt16)? {
        var (columns, rows): (UInt16, UInt16) = (0, 0)
        guard slipway_terminal_size(descriptor, &columns, &rows) == 0, columns > 0, rows > 0 else { return nil }
        return (columns, rows)
    }
}

/// Signals to this process as bytes to be read: what else they would do, they don't any more.
public final class SignalPipe: Sendable {
    private let reading: OwnedDescriptor
    private let writing: OwnedDescriptor

    /// For poll(2).
    public var number: Int32 { reading.number }

    /// At most one in a process.
    public init(_ signals: [Int32]) throws(ProcessError) {
        (reading, writing) = try OwnedDescriptor.pipe()
        for end in [reading, writing] { _ = slipway_set_nonblocking(end.number, 1) }
        guard slipway_tell_signals(writing.number, signals, signals.count) == 0 else {
            throw .system("take signals", code: errno)
        }
    }

    /// Those that came since the last call, in their order.
    public func take() -> [Int32] {
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = Glibc.read(reading.number, &bytes, bytes.count)
        return count > 0 ? bytes[..<count].map { Int32($0) } : []
    }
}
