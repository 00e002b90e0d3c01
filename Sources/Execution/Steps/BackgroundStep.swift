internal import FoundationEssentials
internal import Plan
internal import Synchronization

/// A step that runs beside the job's others, on a thread of its own.
final class BackgroundStep: @unchecked Sendable {
    // Safe: what is set by `run` is read once `isEnded` says so; what the job's thread sets is read by it alone; the rest is never
    // changed. The log belongs to the step's thread until then.
    let number: Int
    let name: String
    let group: Int?
    let decision: JobWalker.Decision
    let spool: LogSpool
    /// For `cancel`, and for the job's.
    let cancellation: Cancellation
    private let site: JobSite
    private let scope: StepScope
    private let log: JobLog
    private let jobLimit: TimeLimit
    private let jobStatus: JobStatus
    private let variables: JobVariables
    private let now: @Sendable () -> Date
    private let ended = Atomic<Bool>(false)

    /// Set by the step's thread.
    private(set) var end = StepEnd(outcome: .cancelled)
    private(set) var execution: StepExecution?
    /// What kept it from reporting: the job can't go on then.
    private(set) var fault: ExecutionError?

    /// Set by the job's thread: whether a step told it to stop, its log has its place, and what it changed was taken over.
    var isStopped = false
    var hasPlace = false
    var isTakenOver = false

    init(
        _ decision: JobWalker.Decision, number: Int, group: Int?, site: JobSite, scope: StepScope, log: JobLog, spool: LogSpool,
        cancellation: Cancellation, jobLimit: TimeLimit, jobStatus: JobStatus, variables: JobVariables,
        now: @escaping @Sendable () -> Date
    ) {
        self.decision = decision
        self.number = number
        self.group = group
        name = decision.name
        self.site = site
        self.scope = scope
        self.log = log
        self.spool = spool
        self.cancellation = cancellation
        self.jobLimit = jobLimit
        self.jobStatus = jobStatus
        self.variables = variables
        self.now = now
    }

    var plan: StepPlan { decision.step.plan }
    var isEnded: Bool { ended.load(ordering: .acquiring) }
    var conclusion: Conclusion { end.conclusion(tolerates: decision.tolerates) }

    /// Runs it to its end; on its own thread.
    func run() {
        do { try perform() } catch {
            fault = error
            end = .failed(error.message)
        }
        ended.store(true, ordering: .releasing)
    }

    private func perform() throws(ExecutionError) {
        try site.journal.append(.stepStarted(.init(number: number, name: log.masked(name), at: now(), logFrom: nil)))
        let limit = jobLimit.limited(toMinutes: decision.minutes)
        let execution = StepExecution(
            site: site, number: number, log: log, cancellation: try Cancellation(following: cancellation, until: limit),
            limit: limit, jobStatus: jobStatus, stage: .main, variables: variables)
        self.execution = execution
        end = try execution.finish { () throws(ExecutionError) in
            if let stopped = execution.stopped() { return stopped }
            return try execution.perform(decision.step, in: scope)
        }
        if !decision.tolerates { try execution.diagnose(end) }
        try log.flush()
        try site.journal.append(
            .stepFinished(
                .init(number: number, name: name, end: end, conclusion: conclusion, at: now(), logTo: nil, log: log)))
        // The walker may be waiting for something else.
        try site.journal.flush()
    }
}

/// The steps in the background: at most ten run at a time, as on GitHub, and the others wait for a place.
final class BackgroundSteps: Sendable {
    private struct State {
        var started: [BackgroundStep] = []
        var waiting: [BackgroundStep] = []
        var runningCount = 0
    }

    static let most = 10
    /// Tells of ends, and of lines in their logs.
    let news = StepNews()
    private let state = Mutex(State())

    /// All of the job, in the order in which they were started.
    var all: [BackgroundStep] { state.withLock { $0.started } }

    func add(_ step: BackgroundStep) {
        let isFree = state.withLock { state in
            state.started.append(step)
            guard state.runningCount < Self.most else {
                state.waiting.append(step)
                return false
            }
            state.runningCount += 1
            return true
        }
        if isFree { run(step) }
    }

    private func run(_ step: BackgroundStep) {
        StepThread.start { [self] in
            step.run()
            let next = state.withLock { state -> BackgroundStep? in
                guard !state.waiting.isEmpty else {
                    state.runningCount -= 1
                    return nil
                }
                return state.waiting.removeFirst()
            }
            news.tell()
            if let next { run(next) }
        }
    }

    /// Stops those that run, and waits until they have ended: nothing of the job may go on after it.
    func cancelAll() {
        let steps = all.filter { !$0.isEnded }
        for step in steps {
            step.cancellation.request(reason: "the job has ended")
            step.cancellation.request(reason: "the job has ended")
        }
        for step in steps { awaitEnd(of: step) }
    }

    /// Waits for the end of a step.
    func awaitEnd(of step: BackgroundStep) {
        while true {
            let seen = news.told
            if step.isEnded { return }
            news.wait(after: seen)
        }
    }
}
