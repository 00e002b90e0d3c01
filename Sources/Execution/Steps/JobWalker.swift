internal import Expressions
public import FoundationEssentials
internal import LogText
internal import Plan

/// Runs one attempt at a job, step by step, and reports to its journal and log.
///
/// The walker knows the language's rules (conditions, environment, file commands, actions, time limits) and nothing of where
/// commands run: that is the `Workplace`'s. One thread drives it, which the steps in the background have threads beside; only
/// `cancellation` is touched by others.
public final class JobWalker {
    let assignment: JobAssignment
    let parts: JobParts
    let log: JobLog
    let journal: JournalWriter
    let cancellation: Cancellation
    let runnerName: String
    let now: @Sendable () -> Date
    let showsDebug: Bool
    let planned: [PlannedStep]

    /// Nil until the job's place is made, and where it can't be.
    var site: JobSite?
    var contexts: JobContexts
    /// The job's own steps, as later ones see them.
    var scope = StepScope()
    /// The workflow's and the job's `env`, and what steps set.
    var variables = JobVariables()
    var status = JobStatus.success
    var jobLimit: TimeLimit
    var timedOut = false
    /// Why the host could not run the job at all.
    var lostReason: String?
    /// Whether the job's place was made, and its own environment evaluated.
    var isSetUp = false
    var nextNumber = 1
    var firstFailure: String?
    /// How many steps failed the job, and what a person may decide of those that a gate failed.
    var failureCount = 0
    var reviews: [GateReview] = []
    /// Pre steps that wait, and post steps that actions want: the last one first.
    var pres: [ActionStage] = []
    var posts: [ActionStage] = []
    let background = BackgroundSteps()
    /// What the failure of this try asks for, and how many tries there were before it.
    var wantedRetry: CommandBlock.Retry?
    /// The failure that asks for it; others may have come before.
    var retryCause: String?
    var retryCount = 0
    /// Whether the job stood still after a failure: once is enough.
    var hasPaused = false
    var failedStep: FailedStep?
    /// The credentials of AWS that the job was given, as steps find them in variables.
    var stepCredentials: HandedCredentials?
    /// When others were asked for in vain.
    var credentialsRefusedAt: Date?

    public init(
        assignment: JobAssignment, secrets: [String: String], parts: JobParts, log: JobLog, journal: JournalWriter,
        cancellation: Cancellation, runnerName: String, now: @escaping @Sendable () -> Date
    ) {
        self.assignment = assignment
        self.parts = parts
        self.log = log
        self.journal = journal
        self.cancellation = cancellation
        self.runnerName = runnerName
        self.now = now
        let variables = assignment.contexts.variables
        showsDebug = [secrets["ACTIONS_STEP_DEBUG"], variables["ACTIONS_STEP_DEBUG"]?.displayString].contains("true")
        contexts = JobContexts(assignment: assignment, secrets: secrets)
        planned = PlannedStep.all(of: assignment.job.steps)
        jobLimit = .job(after: assignment.timeLimit)
    }

    /// Runs the job to its end. The workplace is closed then, and its folders are left.
    ///
    /// - Throws: `ExecutionError` only where the journal or the log can't be written any more.
    public func run() throws(ExecutionError) -> JournalRecord.JobFinish {
        defer { background.cancelAll() }
        try journal.append(
            .jobStarted(at: now(), processID: currentProcessID(), steps: ["Set up job"] + planned.map(\.plan.displayName)))
        try setUp()
        for (index, stage) in pres.enumerated() {
            try walk(stage, as: .pre)
            try pauseOnFailure(
                before: pres[(index + 1)...].map { "Pre \($0.plan.displayName)" } + planned.map(\.plan.displayName))
        }
        repeat {
            for (index, step) in planned.enumerated() {
                try walk(step)
                try pauseOnFailure(before: planned[(index + 1)...].map(\.plan.displayName))
            }
            try awaitBackground()
            try pauseOnFailure(before: [])
            while let stage = posts.popLast() {
                try walk(stage, as: .post)
                try pauseOnFailure(before: [])
            }
        } while try beginsAgain()
        return try finish()
    }

    /// Where the job's steps ran; nil where that could not be made.
    public var workplace: (any Workplace)? { site?.workplace }

    /// Takes a cancel, or the end of the job's time, into the job's status.
    func noteStatus() {
        if cancellation.level != .none {
            status = .cancelled
        } else if jobLimit.deadline.hasPassed {
            log.write("##[error]the job took longer than its limit and is stopped")
            noteTimeLimit()
        }
    }

    /// The job's time is over: what always runs gets a few minutes more, as on GitHub.
    func noteTimeLimit() {
        status = .cancelled
        guard !timedOut else { return }
        timedOut = true
        jobLimit = .job(after: JobAssignment.timeAfterLimit)
    }

    /// Evaluates in the contexts of the job's own steps.
    func evaluator(environment: [String: String]? = nil, cancellation: Cancellation? = nil) -> StepEvaluator {
        StepEvaluator(
            contexts: contexts, scope: scope, environment: environment ?? variables.environment, jobStatus: status,
            workspace: site?.workplace.folders.workspace, cancellation: cancellation)
    }

    // MARK: - Journal and log

    /// Writes that a step begins; its part of the log begins here.
    func startStep(_ number: Int, name: String) throws(ExecutionError) {
        log.beginStep()
        try journal.append(.stepStarted(.init(number: number, name: log.masked(name), at: now(), logFrom: log.size)))
    }

    /// - Parameter logTo: where the step's part of the log ends; nil: here.
    func finishStep(
        _ number: Int, name: String, end: StepEnd, conclusion: Conclusion, logTo: Int64? = nil
    ) throws(ExecutionError) {
        try log.flush()
        let finish = JournalRecord.StepFinish(
            number: number, name: name, end: end, conclusion: conclusion, at: now(), logTo: logTo ?? log.size, log: log)
        try journal.append(.stepFinished(finish))
    }

    /// A remark about the job itself.
    func annotate(_ level: Annotation.Level, _ message: String, step: Int? = nil) throws(ExecutionError) {
        try journal.append(.annotation(Annotation(level: level, message: log.masked(message), step: step)))
    }

    func nextStepNumber() -> Int {
        defer { nextNumber += 1 }
        return nextNumber
    }

    /// A step failed the job.
    func noteFailure(_ reason: String) {
        if status == .success { status = .failure }
        firstFailure = firstFailure ?? reason
        failureCount += 1
    }
}

extension TimeLimit {
    static func job(after seconds: Double) -> TimeLimit {
        TimeLimit(Deadline(after: seconds), of: .job, reason: "the job took longer than its limit")
    }

    /// A step's own limit, or this one, whichever comes first.
    func limited(toMinutes minutes: Double?) -> TimeLimit {
        guard let minutes else { return self }
        let deadline = Deadline(after: minutes * 60)
        guard deadline.moment < self.deadline.moment else { return self }
        let shown = ExpressionValue.number(minutes).displayString
        return TimeLimit(deadline, of: .step(minutes: minutes), reason: "took longer than \(shown) minutes")
    }
}

extension JournalRecord.StepFinish {
    /// - Parameter log: hides what must not be seen.
    init(number: Int, name: String, end: StepEnd, conclusion: Conclusion, at now: Date, logTo: Int64?, log: JobLog) {
        self.init(
            number: number, name: log.masked(name), outcome: end.outcome, conclusion: conclusion, exitCode: end.exitCode,
            reason: end.reason.map(log.masked), at: now, logTo: logTo, skipCause: end.skipCause)
    }
}
