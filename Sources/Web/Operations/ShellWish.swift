/// A shell that somebody wants in a paused job.
public struct ShellWish: Sendable, Equatable {
    public var job: Int64
    /// The size of the window, in characters.
    public var columns: UInt16
    public var rows: UInt16
    /// What kind of a terminal it is (`TERM`).
    public var terminal: String

    public init(job: Int64, columns: UInt16, rows: UInt16, terminal: String) {
        self.job = job
        self.columns = columns
        self.rows = rows
        self.terminal = terminal
    }
}

/// What a command line on this host gets its connection to a shell with: once, and within some seconds.
public struct ShellTicket: Codable, Sendable, Equatable {
    /// The socket to present it at.
    public var socket: String
    public var ticket: String

    public init(socket: String, ticket: String) {
        self.socket = socket
        self.ticket = ticket
    }
}
