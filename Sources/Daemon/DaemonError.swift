/// Why the daemon can't start, or go on.
public struct DaemonError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What failed, on what, why, and what to do.
    public var message: String

    public init(_ message: String) { self.message = message }

    public var description: String { message }
}
