public import Expressions
public import FoundationEssentials
public import Plan

/// What a worker reports, in the order in which it happened: one JSON object a line of the job's journal.
///
/// The journal is the truth about a job. The daemon copies it into the store, and may do so late or again.
public enum JournalRecord: Codable, Equatable, Sendable {
    /// The worker has the job. `steps` are those known beforehand, the set-up step first.
    case jobStarted(at: Date, processID: Int32, steps: [String])
    case stepStarted(StepStart)
    case stepFinished(StepFinish)
    case annotation(Annotation)
    /// The summary file grew.
    case summary(step: Int)
    /// The last record.
    case jobFinished(JobFinish)

    public struct StepStart: Codable, Equatable, Sendable {
        public var number: Int
        public var name: String
        public var at: Date
        /// The log's size: the first byte of the step's part.
        public var logFrom: Int64
    }

    public struct StepFinish: Codable, Equatable, Sendable {
        public var number: Int
        public var name: String
        public var outcome: Conclusion
        public var conclusion: Conclusion
        public var exitCode: Int32?
        public var reason: String?
        public var at: Date
        public var logTo: Int64
    }

    public struct JobFinish: Codable, Equatable, Sendable {
        public var conclusion: Conclusion
        public var reason: String?
        public var outputs: ExpressionObject
        public var continuesOnError: Bool
        public var at: Date
        public var logSize: Int64
    }
}

extension JournalRecord.JobFinish {
    /// The end of a job whose worker is gone without a word.
    public static func lost(reason: String, at now: Date) -> JournalRecord.JobFinish {
        JournalRecord.JobFinish(
            conclusion: .lost, reason: reason, outputs: ExpressionObject(), continuesOnError: false, at: now, logSize: 0)
    }
}
