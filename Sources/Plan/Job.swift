public import Expressions
public import FoundationEssentials

/// One attempt at one job of a run: one cell of a matrix, one worker, one log.
///
/// A rerun makes new jobs with a higher `attempt` and leaves the old ones, and their logs, as they were.
public struct Job: Codable, Equatable, Sendable, Identifiable {
    public var id: Int64
    public var runID: Int64
    /// The key of its `JobPlan`; of a job inside a call of a reusable workflow, after the caller's: `build/test`.
    public var key: String
    /// The job that calls the workflow which this one is part of, of the same attempt; nil for a job of the run's own file.
    public var callerID: Int64?
    /// The place of its plan in the run's file, the jobs of a called workflow counted after the one that calls it. The cells
    /// of a matrix share it.
    public var position: Int
    public var name: String
    public var attempt: Int
    /// The values of its matrix cell; nil for a job without a matrix, or one whose matrix is not yet known.
    public var matrix: ExpressionObject?
    /// Its place among the cells of its matrix, and how many there are.
    public var cellIndex: Int
    public var cellCount: Int
    /// The keys of the jobs that it needs, of its own workflow.
    public var needs: [String]
    public var status: Status
    public var conclusion: Conclusion?
    public var reason: String?
    public var createdAt: Date
    public var startedAt: Date?
    public var finishedAt: Date?
    public var outputs: ExpressionObject
    /// A failure that does not fail the run (`continue-on-error`), decided when the job ends.
    public var continuesOnError: Bool
    /// Cancelled by an operator, or by a failed sibling under `fail-fast`, while still running.
    public var cancelRequested: Bool
    /// Taken over unchanged from the attempt before: this job was not part of the rerun.
    public var reusedFrom: Int64?
    /// Of a job that calls a workflow, once it does: the `inputs` of the called one. Such a job has no worker and no log; it is
    /// running while the jobs of the called workflow are.
    public var callInputs: ExpressionObject?
    /// Its places in concurrency groups, in the order in which it takes them. Kept while the job is not completed.
    public var claims: [ConcurrencyClaim]
    /// The tries at this very job, in the same attempt, that were lost before it; the oldest first. They are not among the jobs
    /// of the attempt any more, but their logs are kept.
    public var lostTries: [Int64]
    /// The tries at this very job, in the same attempt, that ended and that somebody had run again, with those that were lost before
    /// them; the oldest first. They are not among the jobs of the attempt any more either.
    public var repeatedTries: [Int64]
    /// Of a job that has to be approved, once it has asked.
    public var approval: JobApproval?
    /// Of a job with an environment, once its turn came.
    public var environment: JobEnvironment?
    /// Of a running job that stands still after a failure.
    public var pause: JobPause?

    public init(
        id: Int64 = 0, runID: Int64, key: String, callerID: Int64? = nil, position: Int = 0, name: String, attempt: Int = 1,
        matrix: ExpressionObject? = nil, cellIndex: Int = 0, cellCount: Int = 1, needs: [String] = [],
        status: Status = .waiting, conclusion: Conclusion? = nil, reason: String? = nil, createdAt: Date,
        startedAt: Date? = nil, finishedAt: Date? = nil, outputs: ExpressionObject = ExpressionObject(),
        continuesOnError: Bool = false, cancelRequested: Bool = false, reusedFrom: Int64? = nil,
        callInputs: ExpressionObject? = nil, claims: [ConcurrencyClaim] = [], lostTries: [Int64] = [],
        approval: JobApproval? = nil, environment: JobEnvironment? = nil, repeatedTries: [Int64] = [],
        pause: JobPause? = nil
    ) {
        self.id = id
        self.runID = runID
        self.key = key
        self.callerID = callerID
        self.position = position
        self.name = name
        self.attempt = attempt
        self.matrix = matrix
        self.cellIndex = cellIndex
        self.cellCount = cellCount
        self.needs = needs
        self.status = status
        self.conclusion = conclusion
        self.reason = reason
        self.createdAt = createdAt
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.outputs = outputs
        self.continuesOnError = continuesOnError
        self.cancelRequested = cancelRequested
        self.reusedFrom = reusedFrom
        self.callInputs = callInputs
        self.claims = claims
        self.lostTries = lostTries
        self.repeatedTries = repeatedTries
        self.approval = approval
        self.environment = environment
        self.pause = pause
    }

    /// Whether it has begun to call a workflow.
    public var isCall: Bool { callInputs != nil }

    /// The conclusion that dependents and the run see: a tolerated failure counts as success.
    public var effectiveConclusion: Conclusion? {
        guard let conclusion else { return nil }
        return continuesOnError && conclusion.isFailure ? .success : conclusion
    }
}
