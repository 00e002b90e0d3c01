public import Diagnostics
public import Plan

/// A run as the API shows it.
public struct RunRepresentation: Codable, Sendable, Equatable {
    public struct Input: Codable, Sendable, Equatable {
        public var name: String
        public var value: String
    }

    public var id: String
    /// Counts the runs of one pipeline file from 1.
    public var number: Int
    public var repository: String
    public var workflow: String
    public var workflowPath: String
    public var title: String
    public var event: String
    public var ref: String
    @Nullable public var branch: String?
    public var commit: String
    public var actor: String
    public var attempt: Int
    public var status: String
    @Nullable public var conclusion: String?
    @Nullable public var reason: String?
    /// `approval` or `pause` while nothing of it runs and a person has to act; its status is `running` all the same.
    @Nullable public var waitingFor: String?
    /// Why this attempt was asked for, and by whom; null for the first.
    @Nullable public var attemptReason: String?
    public var createdAt: String
    @Nullable public var startedAt: String?
    @Nullable public var finishedAt: String?
    /// The number of the newest attempt; only where one run is asked for.
    public var attempts: Int?
    /// What a run that was started by hand was given; only where one run is asked for.
    public var inputs: [Input]?
    /// Of a refused run, and warnings of any; only where one run is asked for.
    public var diagnostics: [DiagnosticRepresentation]?
    /// Only where one run is asked for.
    public var jobs: [JobRepresentation]?

    /// - Parameter turn: what it waits for, where that is nothing but a person.
    init(_ run: Run, turn: PersonsTurn?) {
        id = String(run.id)
        number = run.number
        repository = run.repository
        workflow = run.workflow
        workflowPath = run.workflowPath
        title = run.title
        event = run.event
        ref = run.ref
        branch = run.branch
        commit = run.commit
        actor = run.actor
        attempt = run.attempt
        status = run.status.rawValue
        conclusion = run.conclusion?.rawValue
        reason = run.reason
        waitingFor = turn?.rawValue
        attemptReason = run.attemptReason
        createdAt = TimeText.rfc3339(run.createdAt)
        startedAt = run.startedAt.map(TimeText.rfc3339)
        finishedAt = run.finishedAt.map(TimeText.rfc3339)
    }
}

/// One attempt at a job.
public struct JobRepresentation: Codable, Sendable, Equatable {
    public var id: String
    public var runId: String
    public var key: String
    public var name: String
    public var attempt: Int
    /// The job that calls the workflow which this one is part of.
    @Nullable public var callerId: String?
    public var needs: [String]
    public var status: String
    @Nullable public var conclusion: String?
    @Nullable public var reason: String?
    public var createdAt: String
    @Nullable public var startedAt: String?
    @Nullable public var finishedAt: String?
    /// Taken over unchanged from the attempt before: the id of the job that ran.
    @Nullable public var reusedFrom: String?
    /// The earlier tries at it in the same attempt, the first one first: it was lost, or somebody had it run again while others of
    /// its run went on.
    public var tries: [TryRepresentation]?
    /// Of such a try the one that took its place.
    @Nullable public var replacedBy: String?
    /// Of a job that has to be approved, once it has asked.
    @Nullable public var approval: ApprovalRepresentation?
    /// Once its turn came; null: it belongs to none.
    @Nullable public var environment: JobEnvironmentRepresentation?
    /// Of a job that stands still after a failure.
    @Nullable public var pause: PauseRepresentation?
    public var steps: [StepRepresentation]

    /// - Parameter isCurrent: whether it is of its run's newest attempt, and the last try there.
    init(_ job: Job, steps: [Step], diagnoses: [Diagnosis] = [], tries: JobTries, isCurrent: Bool) {
        id = String(job.id)
        runId = String(job.runID)
        key = job.key
        name = job.name
        attempt = job.attempt
        callerId = job.callerID.map { String($0) }
        needs = job.needs
        status = job.status.rawValue
        conclusion = job.conclusion?.rawValue
        reason = job.reason
        createdAt = TimeText.rfc3339(job.createdAt)
        startedAt = job.startedAt.map(TimeText.rfc3339)
        finishedAt = job.finishedAt.map(TimeText.rfc3339)
        reusedFrom = job.reusedFrom.map { String($0) }
        self.tries = tries.before(job.id).map(TryRepresentation.init)
        replacedBy = tries.replacement(of: job.id).map { String($0.id) }
        let isOpen = isCurrent && (job.awaitsApproval || job.isOverridable)
        approval = job.approval.map { ApprovalRepresentation($0, isOpen: isOpen) }
        environment = job.environment.map(JobEnvironmentRepresentation.init)
        pause = job.activePause.map(PauseRepresentation.init)
        self.steps = steps.map { step in
            StepRepresentation(step, diagnoses: diagnoses.filter { $0.step == step.number })
        }
    }
}

/// An earlier try at a job, in the same attempt.
public struct TryRepresentation: Codable, Sendable, Equatable {
    /// Of the job that it was, which has its log.
    public var id: String
    @Nullable public var conclusion: String?
    @Nullable public var reason: String?
    @Nullable public var startedAt: String?
    @Nullable public var finishedAt: String?
    /// What is on record about the try after it: who asked for that, and why; or how this one was lost.
    @Nullable public var successor: String?

    init(_ entry: JobTries.Try) {
        id = String(entry.job.id)
        conclusion = entry.job.conclusion?.rawValue
        reason = entry.job.reason
        startedAt = entry.job.startedAt.map(TimeText.rfc3339)
        finishedAt = entry.job.finishedAt.map(TimeText.rfc3339)
        successor = entry.successor
    }
}

/// One step of a job.
public struct StepRepresentation: Codable, Sendable, Equatable {
    /// Its part of the job's log in bytes; `to` is after the last byte, null while the step runs.
    public struct LogRange: Codable, Sendable, Equatable {
        public var from: Int64
        @Nullable public var to: Int64?
    }

    public var number: Int
    public var name: String
    public var status: String
    @Nullable public var conclusion: String?
    /// What happened, before `continue-on-error`.
    @Nullable public var outcome: String?
    @Nullable public var exitCode: Int32?
    @Nullable public var reason: String?
    @Nullable public var startedAt: String?
    @Nullable public var finishedAt: String?
    @Nullable public var log: LogRange?
    /// Why it failed, the likeliest first; only where that is known by name.
    public var diagnoses: [DiagnosisRepresentation]?

    public init(_ step: Step, diagnoses: [Diagnosis] = []) {
        number = step.number
        name = step.name
        status = step.status.rawValue
        conclusion = step.conclusion?.rawValue
        outcome = step.outcome?.rawValue
        exitCode = step.exitCode
        reason = step.reason
        startedAt = step.startedAt.map(TimeText.rfc3339)
        finishedAt = step.finishedAt.map(TimeText.rfc3339)
        log = step.logFrom.map { LogRange(from: $0, to: step.logTo) }
        if !diagnoses.isEmpty {
            self.diagnoses = diagnoses.map { DiagnosisRepresentation($0, logFrom: step.logFrom) }
        }
    }
}

/// A remark about a pipeline file.
public struct DiagnosticRepresentation: Codable, Sendable, Equatable {
    public var severity: String
    public var rule: String
    public var message: String
    public var file: String
    public var line: Int
    public var column: Int

    public init(_ diagnostic: Diagnostic) {
        severity = diagnostic.severity.rawValue
        rule = diagnostic.rule
        message = diagnostic.message
        file = diagnostic.file
        line = diagnostic.line
        column = diagnostic.column
    }
}

/// A remark that a step made.
public struct AnnotationRepresentation: Codable, Sendable, Equatable {
    @Nullable public var job: String?
    public var level: String
    public var message: String
    @Nullable public var title: String?
    @Nullable public var file: String?
    @Nullable public var line: Int?
    @Nullable public var column: Int?
    @Nullable public var step: Int?

    public init(_ annotation: Annotation, job: Int64?) {
        self.job = job.map { String($0) }
        level = annotation.level.rawValue
        message = annotation.message
        title = annotation.title
        file = annotation.file
        line = annotation.line
        column = annotation.column
        step = annotation.step
    }
}

/// `{"runs":[…],"next":cursor|null}`; the cursor is the `before` of the next page.
public struct RunListRepresentation: Codable, Sendable, Equatable {
    public var runs: [RunRepresentation]
    @Nullable public var next: String?
}

/// An error, RFC 9457.
public struct ProblemRepresentation: Codable, Sendable, Equatable {
    public var type: String
    public var title: String
    public var status: Int
    public var detail: String
    public var diagnostics: [DiagnosticRepresentation]?
}
