public import FoundationEssentials

/// One step of a job's attempt, as it ran.
public struct Step: Codable, Equatable, Sendable {
    public var jobID: Int64
    /// From 1, in the order of execution; set-up and post steps have numbers too.
    public var number: Int
    public var name: String
    public var status: Status
    /// What it is counted as, after `continue-on-error`.
    public var conclusion: Conclusion?
    /// What happened, before `continue-on-error`.
    public var outcome: Conclusion?
    public var exitCode: Int32?
    public var reason: String?
    public var startedAt: Date?
    public var finishedAt: Date?
    /// Its part of the job's log: byte offsets, `logTo` is after the last byte; nil while it has none, or runs.
    public var logFrom: Int64?
    public var logTo: Int64?
    /// Of one that was skipped; nil where nobody wrote it down.
    public var skipCause: SkipCause?

    public init(
        jobID: Int64, number: Int, name: String, status: Status = .queued, conclusion: Conclusion? = nil,
        outcome: Conclusion? = nil, exitCode: Int32? = nil, reason: String? = nil, startedAt: Date? = nil,
        finishedAt: Date? = nil, logFrom: Int64? = nil, logTo: Int64? = nil, skipCause: SkipCause? = nil
    ) {
        self.jobID = jobID
        self.number = number
        self.name = name
        self.status = status
        self.conclusion = conclusion
        self.outcome = outcome
        self.exitCode = exitCode
        self.reason = reason
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.logFrom = logFrom
        self.logTo = logTo
        self.skipCause = skipCause
    }
}

/// Why a step was skipped.
public enum SkipCause: String, Codable, Equatable, Sendable {
    /// By its own `if`, which would not have held without a failure either.
    case condition
    /// An earlier step failed, or the job could not be set up.
    case failure
    /// The job was cancelled, or its time was over.
    case cancel
}

/// A remark that a step made by `::error::`, `::warning::` or `::notice::`, or that Slipway made about a job.
public struct Annotation: Codable, Equatable, Sendable {
    public enum Level: String, Codable, Sendable {
        case notice
        case warning
        case error
    }

    public var level: Level
    public var message: String
    public var title: String?
    public var file: String?
    public var line: Int?
    public var column: Int?
    /// The number of the step that made it; nil: the job itself.
    public var step: Int?

    public init(
        level: Level, message: String, title: String? = nil, file: String? = nil, line: Int? = nil, column: Int? = nil,
        step: Int? = nil
    ) {
        self.level = level
        self.message = message
        self.title = title
        self.file = file
        self.line = line
        self.column = column
        self.step = step
    }
}
