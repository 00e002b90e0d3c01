public import FoundationEssentials

/// A job that stands still after a step failed, so that somebody can look at what the step left. It holds its place in the
/// queue, in concurrency groups and on the host meanwhile.
public struct JobPause: Codable, Equatable, Sendable {
    /// How a pause ended.
    public enum End: Codable, Equatable, Sendable {
        /// Somebody let the job go on; as records name them.
        case resumed(by: String)
        /// Nobody did in time.
        case timedOut
        /// The job was cancelled.
        case cancelled
    }

    /// The name of the step that failed.
    public var step: String
    public var since: Date
    /// When the job goes on by itself.
    public var until: Date

    public init(step: String, since: Date, until: Date) {
        self.step = step
        self.since = since
        self.until = until
    }
}

/// One shell that somebody had in a paused job: told as it is opened, and once more when it has ended.
public struct ShellUse: Codable, Equatable, Sendable {
    public struct End: Codable, Equatable, Sendable {
        public var at: Date
        /// In words: `exit code 0`, `the connection broke`.
        public var reason: String

        public init(at: Date, reason: String) {
            self.at = at
            self.reason = reason
        }
    }

    /// As records name them: `anna (socket)`.
    public var actor: String
    /// The user of the host who runs the command line.
    public var userID: UInt32
    public var startedAt: Date
    /// Nil: it was opened just now.
    public var end: End?

    public init(actor: String, userID: UInt32, startedAt: Date, end: End? = nil) {
        self.actor = actor
        self.userID = userID
        self.startedAt = startedAt
        self.end = end
    }
}
