internal import CProcesses
internal import Glibc
internal import Synchronization

/// A terminal without a screen (pty(7)): a program has one end for its standard streams, and whoever holds the other one is its
/// keyboard and screen.
public final class TerminalPair: Sendable {
    /// What steers it. Reading yields what the program prints, and fails with `EIO` once nobody has the program's end any more.
    public let near: OwnedDescriptor
    /// For the program; to be closed once it was started.
    public let far: OwnedDescriptor

    /// - Parameter handle: the sandbox in whose `/dev/pts` it has its name; nil: this process's own.
    public init(in handle: SandboxHandle?, columns: UInt16, rows: UInt16) throws(ProcessError) {
        var ends: [Int32] = [-1, -1]
        // As a spawn does it changes what the process lets others see of it: one after the other.
        let answer = Children.unreaped.withLock { _ in
            guard let handle else { return slipway_open_terminal(nil, &ends) }
            var namespaces = handle.numbers
            return slipway_open_terminal(&namespaces, &ends)
        }
        guard answer == 0 else { throw .system("make a terminal", code: errno) }
        near = OwnedDescriptor(ends[0])
        far = OwnedDescriptor(ends[1])
        resize(columns: columns, rows: rows)
    }

    /// Tells the program, too, of which it is a change (`SIGWINCH`).
    public func resize(columns: UInt16, rows: UInt16) {
        _ = slipway_set_terminal_size(near.number, columns, rows)
    }
}
