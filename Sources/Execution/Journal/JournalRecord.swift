public import Expressions
public import FoundationEssentials
public import Plan

/// What a worker reports, in the order in which it happened: one JSON object a line of the job's journal.
///
/// The journal is the truth about a job. The daemon copies it into the store, and may do so late or again.
public enum JournalRecord: Codable, Equatable, Sendable {
    /// The worker has the job. `steps` are those known beforehand, the set-up step first.
    case jobStarted(at: Date, processID: Int32, steps: [String])
    /// What is to come from a number on, where it is not what was said before: actions bring steps of their own.
    case stepsPlanned(from: Int, steps: [String])
    case stepStarted(StepStart)
    case stepFinished(StepFinish)
    /// Where the log of a step in the background is: it gets its place while the step runs, or after it.
    case stepLog(StepLog)
    case annotation(Annotation)
    /// Why the step that is about to end failed, where that is known by name.
    case diagnosis(Diagnosis)
    /// What a report says is in a file of the job's folder.
    case report(Report)
    /// The summary file grew.
    case summary(step: Int)
    /// An artifact or a cached file was stored, used or removed.
    case storage(StorageChange)
    /// A service was given something else to run, or that came to its end.
    case deployment(Deployment)
    /// A gate measured and decided.
    case gate(GateResult)
    /// A gate waits for the metrics of another run.
    case baselineAsked(BaselineRequest)
    /// The job's credentials of AWS end soon; the number counts such questions. The answer comes over the control socket.
    case credentialsAsked(Int)
    /// The job stands still after a failure.
    case paused(JobPause)
    /// It goes on.
    case resumed(JobPause.End)
    /// Somebody opened a shell in the paused job, or has left it.
    case shell(ShellUse)
    /// The last record.
    case jobFinished(JobFinish)

    public struct StepStart: Codable, Equatable, Sendable {
        public var number: Int
        public var name: String
        public var at: Date
        /// The log's size: the first byte of the step's part. Nil for a step in the background: `stepLog` will tell.
        public var logFrom: Int64?

        public init(number: Int, name: String, at: Date, logFrom: Int64?) {
            self.number = number
            self.name = name
            self.at = at
            self.logFrom = logFrom
        }
    }

    public struct StepFinish: Codable, Equatable, Sendable {
        public var number: Int
        public var name: String
        public var outcome: Conclusion
        public var conclusion: Conclusion
        public var exitCode: Int32?
        public var reason: String?
        public var at: Date
        /// Nil for a step in the background.
        public var logTo: Int64?
        public var skipCause: SkipCause?
    }

    public struct StepLog: Codable, Equatable, Sendable {
        public var number: Int
        public var from: Int64
        /// Nil while the part still grows.
        public var to: Int64?

        public init(number: Int, from: Int64, to: Int64? = nil) {
            self.number = number
            self.from = from
            self.to = to
        }
    }

    public struct JobFinish: Codable, Equatable, Sendable {
        public var conclusion: Conclusion
        public var reason: String?
        public var outputs: ExpressionObject
        public var continuesOnError: Bool
        public var at: Date
        public var logSize: Int64
        /// `environment.url`, evaluated; nil where the job has none.
        public var environmentURL: String?
        /// Of a failure that a gate alone is the cause of: what a person may decide.
        public var review: GateReview?
    }
}

extension JournalRecord.JobFinish {
    /// The end of a job whose worker is gone without a word.
    public static func lost(reason: String, at now: Date) -> JournalRecord.JobFinish {
        JournalRecord.JobFinish(
            conclusion: .lost, reason: reason, outputs: ExpressionObject(), continuesOnError: false, at: now, logSize: 0)
    }
}
