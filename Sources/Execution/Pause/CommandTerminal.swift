/// A command that runs in a workplace with a terminal of its own.
public protocol CommandTerminal: Sendable {
    /// The terminal's other end: what is written there is typed, what is read from there was printed. At its end once no
    /// program has the terminal any more. Stays this object's.
    var descriptor: Int32 { get }
    /// Becomes readable when the command has ended; -1: the end of `descriptor` is all there is to see.
    var exitDescriptor: Int32 { get }

    func resize(columns: UInt16, rows: UInt16)

    /// Ends what still runs of the command and of its session, and says how the command ended. Blocks for some seconds at most.
    /// To be called once.
    func end() -> CommandOutcome
}

/// The size of a terminal's window in characters.
public struct TerminalSize: Codable, Equatable, Sendable {
    public var columns: UInt16
    public var rows: UInt16

    public init(columns: UInt16, rows: UInt16) {
        self.columns = columns
        self.rows = rows
    }
}
