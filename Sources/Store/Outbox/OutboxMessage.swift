public import FoundationEssentials

/// One message to somebody outside.
public struct OutboxMessage: Equatable, Sendable, Identifiable {
    public enum State: String, Codable, Sendable {
        case pending
        case delivered
        /// It is not tried any more.
        case failed
    }

    public var id: Int64
    /// Who is told; one message at a time goes to one target.
    public var target: String
    /// Messages of one lane are delivered in their order.
    public var lane: String
    /// As `Occurrence.Kind` has it.
    public var event: String
    /// The same for each try, and for one that is delivered again.
    public var delivery: String
    public var runID: Int64
    public var repository: String
    /// JSON, in a form that the target's kind decides.
    public var content: String
    public var state: State
    public var createdAt: Date
    /// When it is tried next, or was to be.
    public var dueAt: Date
    /// When it is given up.
    public var expiresAt: Date
    public var tries: Int
    /// What came of the last try, in a sentence.
    public var answer: String?
    public var finishedAt: Date?

    public init(
        id: Int64 = 0, target: String, lane: String, event: String, delivery: String, runID: Int64, repository: String,
        content: String, state: State = .pending, createdAt: Date, dueAt: Date, expiresAt: Date, tries: Int = 0,
        answer: String? = nil, finishedAt: Date? = nil
    ) {
        self.id = id
        self.target = target
        self.lane = lane
        self.event = event
        self.delivery = delivery
        self.runID = runID
        self.repository = repository
        self.content = content
        self.state = state
        self.createdAt = createdAt
        self.dueAt = dueAt
        self.expiresAt = expiresAt
        self.tries = tries
        self.answer = answer
        self.finishedAt = finishedAt
    }
}

/// A message that is to be sent.
public struct NewOutboxMessage: Equatable, Sendable {
    public var message: OutboxMessage
    /// Whether what waits in its lane is out of date with it, and is not sent any more.
    public var replacesOlder: Bool

    public init(_ message: OutboxMessage, replacesOlder: Bool) {
        self.message = message
        self.replacesOlder = replacesOlder
    }
}

/// Somebody who does not take messages at the moment.
public struct OutboxTrouble: Equatable, Sendable {
    public var target: String
    /// Failed tries in a row.
    public var failures: Int
    /// Whether it is the credential that is not taken.
    public var isUnauthorized: Bool
    public var error: String
    public var since: Date
    /// Until then it is left alone.
    public var resumesAt: Date

    public init(target: String, failures: Int, isUnauthorized: Bool, error: String, since: Date, resumesAt: Date) {
        self.target = target
        self.failures = failures
        self.isUnauthorized = isUnauthorized
        self.error = error
        self.since = since
        self.resumesAt = resumesAt
    }
}

/// What came of a try.
public enum OutboxOutcome: Equatable, Sendable {
    case delivered(String)
    /// Also a later try would not help.
    case failed(String)
    /// The message is tried again then, and its target left alone until another moment.
    case again(String, isUnauthorized: Bool, dueAt: Date, targetResumesAt: Date)
}
