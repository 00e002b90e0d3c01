public import Expressions
public import Plan

/// What a stretch of a job's journal says, to be applied once.
public struct JobProgress: Equatable, Sendable {
    public var jobID: Int64
    /// The stretch, as byte offsets into the journal; `to` is after its last byte.
    public var from: Int64
    public var to: Int64
    /// Steps that began or ended, as they are now.
    public var steps: [Step]
    /// New annotations.
    public var annotations: [Annotation]
    /// New ones.
    public var diagnoses: [Diagnosis]
    /// New ones.
    public var reports: [Report]
    /// The log's size as far as it is known; the store keeps the largest.
    public var logSize: Int64
    /// The job's outputs, once it has ended.
    public var outputs: ExpressionObject?
    public var summaryChanged: Bool
    /// What it did to stored artifacts and caches, in order.
    public var storage: [StorageChange]
    /// Deployments that began or ended, as they are now.
    public var deployments: [Deployment]
    /// New ones.
    public var gates: [GateResult]
    /// Nil: nothing new of it.
    public var pause: PauseChange?
    /// Shells that were opened or ended in it, for the audit.
    public var shells: [ShellUse]

    /// Nil: nothing new of what its start waits for.
    public var wait: WaitChange?

    /// What keeps a job that was given to a worker from starting.
    public enum WaitChange: Equatable, Sendable {
        case began(reason: String)
        /// - Parameter reason: as it was begun with; another that the job has by then stays.
        case ended(reason: String)
    }

    public enum PauseChange: Equatable, Sendable {
        case began(JobPause)
        case ended
    }

    public init(
        jobID: Int64, from: Int64, to: Int64, steps: [Step] = [], annotations: [Annotation] = [],
        diagnoses: [Diagnosis] = [], reports: [Report] = [], logSize: Int64 = 0,
        outputs: ExpressionObject? = nil, summaryChanged: Bool = false, storage: [StorageChange] = [],
        deployments: [Deployment] = [], gates: [GateResult] = [], pause: PauseChange? = nil, shells: [ShellUse] = [],
        wait: WaitChange? = nil
    ) {
        self.jobID = jobID
        self.from = from
        self.to = to
        self.steps = steps
        self.annotations = annotations
        self.diagnoses = diagnoses
        self.reports = reports
        self.logSize = logSize
        self.outputs = outputs
        self.summaryChanged = summaryChanged
        self.storage = storage
        self.deployments = deployments
        self.gates = gates
        self.pause = pause
        self.shells = shells
        self.wait = wait
    }
}

/// How far the store knows a job's journal and log.
public struct JobProgressState: Equatable, Sendable {
    /// The byte offset up to which the journal is applied.
    public var journalOffset: Int64
    /// Bytes of the log at that time.
    public var logSize: Int64
    public var hasSummary: Bool

    public init(journalOffset: Int64, logSize: Int64, hasSummary: Bool) {
        self.journalOffset = journalOffset
        self.logSize = logSize
        self.hasSummary = hasSummary
    }
}
