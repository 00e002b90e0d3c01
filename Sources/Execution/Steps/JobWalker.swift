internal import Expressions
public import FoundationEssentials
internal import LogText
internal import Plan

/// Runs one attempt at a job, step by step, and reports to its journal and log.
///
/// The walker knows the language's rules (conditions, environment, file commands, time limits) and nothing of where
/// commands run: that is the `Workplace`'s. One thread drives it; only `cancellation` is touched by others.
public final class JobWalker {
    let assignment: JobAssignment
    let workplace: any Workplace
    let actions: [String: any BuiltinAction]
    let log: JobLog
    let journal: JournalWriter
    let cancellation: Cancellation
    let now: () -> Date

    var contexts: JobContexts
    /// Workflow's and job's `env`, and what steps wrote to `GITHUB_ENV`.
    var environment: [String: String] = [:]
    /// What steps wrote to `GITHUB_PATH`, the last one first.
    var pathEntries: [String] = []
    var jobDeadline: Deadline
    var timedOut = false
    var nextNumber = 1
    /// The cancel as it was when the running step was decided about.
    var seenLevel = Cancellation.Level.none
    /// How often each made-up `github.action` was given out.
    var unnamedSteps: [String: Int] = [:]
    var firstFailure: String?
    let showsDebug: Bool

    public init(
        assignment: JobAssignment, secrets: [String: String], workplace: any Workplace,
        actions: [any BuiltinAction], log: JobLog, journal: JournalWriter, cancellation: Cancellation, runnerName: String,
        now: @escaping () -> Date
    ) {
        self.assignment = assignment
        self.workplace = workplace
        self.actions = Dictionary(
            actions.flatMap { action in type(of: action).names.map { ($0, action) } }, uniquingKeysWith: { first, _ in first })
        self.log = log
        self.journal = journal
        self.cancellation = cancellation
        self.now = now
        let variables = assignment.contexts.variables
        showsDebug = [secrets["ACTIONS_STEP_DEBUG"], variables["ACTIONS_STEP_DEBUG"]?.displayString].contains("true")
        let folders = workplace.folders
        var runner: ExpressionObject = [
            "name": .string(runnerName), "os": "Linux", "arch": .string(Self.architecture), "environment": "self-hosted",
            "temp": .string(folders.temporary.inside), "tool_cache": .string(folders.tools.inside),
            "workspace": .string(Self.parent(of: folders.workspace.inside)),
        ]
        if showsDebug { runner["debug"] = "1" }
        contexts = JobContexts(assignment: assignment, secrets: secrets, runner: runner)
        contexts.github["workspace"] = .string(folders.workspace.inside)
        contexts.github["event_path"] = .string(folders.temporary.appending("event.json").inside)
        jobDeadline = Deadline(after: assignment.timeLimit)
    }

    /// Runs the job to its end.
    ///
    /// - Throws: `ExecutionError` only where the journal or the log can't be written any more.
    public func run() throws(ExecutionError) -> JournalRecord.JobFinish {
        try journal.append(
            .jobStarted(
                at: now(), processID: currentProcessID(), steps: ["Set up job"] + assignment.job.steps.map(\.displayName)))
        let isSetUp = try setUp()
        for (index, step) in assignment.job.steps.enumerated() {
            try walk(step, number: index + 2, isReachable: isSetUp)
        }
        workplace.close()
        return try finish()
    }

    /// Step 1: the job's own environment and limits. False where they can't be evaluated: no step runs then.
    private func setUp() throws(ExecutionError) -> Bool {
        let number = nextNumber
        nextNumber += 1
        try startStep(number, name: "Set up job")
        describeJob()
        var end = StepEnd(outcome: .success)
        do {
            try evaluateJobEnvironment()
            if let minutes = try minutes(assignment.job.timeoutMinutes, environment: environment) {
                jobDeadline = Deadline(after: min(minutes * 60, assignment.timeLimit))
            }
        } catch {
            end = .failed(error.message)
            report(error.message)
            contexts.status = .failure
            firstFailure = error.message
        }
        try finishStep(number, name: "Set up job", end: end, conclusion: end.outcome)
        return end.outcome == .success
    }

    private func describeJob() {
        let confinement = assignment.confinement.kind == .bubblewrap ? "in a bubblewrap sandbox" : "without a sandbox"
        log.write("Slipway \(SlipwayVersion.current) runs the job \"\(assignment.jobName)\" \(confinement)")
        log.write("Commit \(assignment.source.commit) of \(assignment.source.ref)")
    }

    private func evaluateJobEnvironment() throws(ExecutionError) {
        for (key, templates) in [("env", assignment.workflowEnvironment), ("the job's env", assignment.job.environment)] {
            environment.merge(try variables(templates, in: key, environment: environment)) { $1 }
        }
    }

    /// Ends the job: its outputs and its conclusion.
    private func finish() throws(ExecutionError) -> JournalRecord.JobFinish {
        var outputs = ExpressionObject()
        for output in assignment.job.outputs {
            do {
                let value = try text(output.value, in: "the job's outputs")
                if value.isEmpty { continue }
                if log.masks(value) {
                    try annotate(
                        Annotation(
                            level: .warning, message: "the output \"\(output.name)\" is left out since it may hold a secret"))
                } else {
                    outputs[output.name] = .string(value)
                }
            } catch {
                try annotate(Annotation(level: .error, message: "the output \"\(output.name)\": \(error.message)"))
                contexts.status = contexts.status == .success ? .failure : contexts.status
                firstFailure = firstFailure ?? error.message
            }
        }
        let conclusion: Conclusion =
            switch contexts.status {
            case .success: .success
            case .failure: .failure
            case .cancelled: timedOut ? .timedOut : .cancelled
            }
        let finish = JournalRecord.JobFinish(
            conclusion: conclusion, reason: reason(of: conclusion).map(log.masked), outputs: outputs,
            continuesOnError: continuesOnError(), at: now(), logSize: log.size)
        try journal.append(.jobFinished(finish))
        return finish
    }

    private func reason(of conclusion: Conclusion) -> String? {
        switch conclusion {
        case .cancelled: cancellation.reason
        case .timedOut: "the job took longer than its limit"
        case .failure: firstFailure
        default: nil
        }
    }

    private func continuesOnError() -> Bool {
        guard let template = assignment.job.continueOnError else { return false }
        return (try? template.flag(in: evaluationContext(environment: environment))) ?? false
    }

    private static func parent(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? path
    }

    private static var architecture: String {
        #if arch(arm64)
            "ARM64"
        #else
            "X64"
        #endif
    }
}
