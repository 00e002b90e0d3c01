internal import Expressions
internal import LogText
internal import Plan

/// One step of the job while it runs, with everything inside it. One thread drives it: the job's, or one of its own.
///
/// It changes nothing of the job's: what it sets, registers and ends with is taken over by the walker.
final class StepExecution {
    let site: JobSite
    /// The journal's number.
    let number: Int
    let log: JobLog
    let cancellation: Cancellation
    /// The step's time limit or the job's, whichever comes first.
    let limit: TimeLimit
    /// How the job stood when the step began.
    let jobStatus: JobStatus
    /// Of the main steps, in which conditions ask for the state of the action that they are in.
    let stage: Stage
    var variables: JobVariables
    /// Post steps that the actions inside want, one list a level: the step's own, and those of the composite actions around the
    /// step that runs.
    var posts: [[ActionStage]] = [[]]
    var annotationCounts = AnnotationCounts()
    private var processCount = 0
    /// What a shell after the step has of it: of the last process that was started.
    var place: ShellPlace?

    init(
        site: JobSite, number: Int, log: JobLog, cancellation: Cancellation, limit: TimeLimit, jobStatus: JobStatus,
        stage: Stage, variables: JobVariables
    ) {
        self.site = site
        self.number = number
        self.log = log
        self.cancellation = cancellation
        self.limit = limit
        self.jobStatus = jobStatus
        self.stage = stage
        self.variables = variables.copy
    }

    /// Does what the step is for.
    func perform(_ step: PreparedStep, in scope: StepScope) throws(ExecutionError) -> StepEnd {
        var scope = scope
        scope.github["action"] = .string(step.actionName)
        switch step.plan.work {
        case .script(let script): return try run(script, of: step, in: scope)
        case .action(let call): return try run(call, of: step, in: scope)
        case .commands(let block): return try run(block, of: step)
        case .wait, .waitAll, .cancel, .parallel:
            throw ExecutionError("steps in the background are steps of a job: there are none inside an action")
        }
    }

    /// Runs what the step is for; what goes wrong with it is its failure.
    func finish(_ work: () throws(ExecutionError) -> StepEnd) throws(ExecutionError) -> StepEnd {
        var end: StepEnd
        do { end = try work() } catch {
            report(error.message)
            end = .failed(error.message)
            try annotate(Annotation(level: .error, message: error.message))
        }
        try noteLeftOutAnnotations()
        return end
    }

    /// Evaluates in the contexts of a step of this scope.
    func evaluator(_ scope: StepScope, environment: [String: String]) -> StepEvaluator {
        StepEvaluator(
            contexts: site.contexts, scope: scope, environment: environment, jobStatus: currentJobStatus,
            asksAction: stage == .main, workspace: site.workplace.folders.workspace, cancellation: cancellation)
    }

    /// A step that runs on after a cancel sees it.
    private var currentJobStatus: JobStatus { cancellation.jobLevel == .none ? jobStatus : .cancelled }

    /// The files by which the next process talks back.
    func makeFiles() throws(ExecutionError) -> FileCommands {
        processCount += 1
        let name = processCount == 1 ? "step-\(number)" : "step-\(number).\(processCount)"
        return try site.fileCommands.files(named: name, limits: site.assignment.limits)
    }

    // MARK: - Journal and log

    func annotate(_ annotation: Annotation) throws(ExecutionError) {
        guard annotationCounts.takes(annotation.level) else { return }
        try append(annotation)
    }

    /// Says what was left out, once the step ended.
    private func noteLeftOutAnnotations() throws(ExecutionError) {
        guard let message = annotationCounts.leftOut else { return }
        log.write("##[notice]\(message)")
        try append(Annotation(level: .notice, message: message))
    }

    /// For what was counted already.
    func append(_ annotation: Annotation) throws(ExecutionError) {
        var masked = annotation
        masked.step = number
        masked.message = log.masked(annotation.message)
        masked.title = annotation.title.map(log.masked)
        masked.file = annotation.file.map(log.masked)
        try site.journal.append(.annotation(masked))
    }

    /// An error of Slipway's own in the step's log.
    func report(_ message: String) { log.write("##[error]\(message)") }

    /// A warning in the step's log and among the annotations.
    func warn(_ message: String) throws(ExecutionError) {
        log.write("##[warning]\(message)")
        try annotate(Annotation(level: .warning, message: message))
    }

    func describe(environment: [String: String]) {
        guard !environment.isEmpty else { return }
        log.write("env:")
        for (name, value) in environment.sorted(by: { $0.key < $1.key }) { log.write("  \(name): \(value)") }
    }

    // MARK: - Ends

    /// The end of a step whose time was over.
    func timedOut() -> StepEnd {
        switch limit.scope {
        case .step(let minutes):
            let shown = ExpressionValue.number(minutes).displayString
            report("The step took longer than its limit of \(shown) minutes and was stopped.")
            return StepEnd(outcome: .failure, reason: "took longer than \(shown) minutes")
        case .job:
            report("the job took longer than its limit and is stopped")
            return StepEnd(outcome: .cancelled, reason: limit.reason, hitJobLimit: true)
        }
    }

    /// The end of a step that was told to stop, by its time limit or by somebody; nil where it was not.
    func stopped() -> StepEnd? {
        guard cancellation.level != .none else { return nil }
        guard cancellation.isAsked else { return timedOut() }
        report("The operation was cancelled: \(cancellation.reason)")
        return StepEnd(outcome: .cancelled, reason: cancellation.reason)
    }
}

/// How many annotations of each level a step made. More than fifty of a level are in the log only.
struct AnnotationCounts {
    static let limit = 50

    private var counts: [Annotation.Level: Int] = [:]

    mutating func takes(_ level: Annotation.Level) -> Bool {
        counts[level, default: 0] += 1
        return counts[level, default: 0] <= Self.limit
    }

    /// What is to be said of those that were not taken; nil where all were.
    var leftOut: String? {
        let rest = [Annotation.Level.error, .warning, .notice].compactMap { level -> String? in
            let more = counts[level, default: 0] - Self.limit
            return more > 0 ? "\(more) more \(level.rawValue)\(more == 1 ? "" : "s")" : nil
        }
        guard !rest.isEmpty else { return nil }
        return "\(rest.joined(separator: " and ")) of this step: in the log only, since \(Self.limit) of a level are kept"
    }
}
