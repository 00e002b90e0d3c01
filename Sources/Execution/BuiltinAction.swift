public import Expressions
public import Plan

/// An action that Slipway executes itself: no Node, no download, no time.
///
/// Contract: `run` is called on the worker's main thread and blocks until the action ended. It must look at
/// `invocation.cancellation` wherever it may take longer than a second.
public protocol BuiltinAction: Sendable {
    /// The names, in lower case and without a version, by which workflows call it: `actions/checkout`.
    static var names: [String] { get }

    /// Whether `finish` is to be called, as a post step of its own, once the job's other steps ended; false unless said
    /// otherwise. Post steps run in reverse order, also after a failure.
    static var hasPost: Bool { get }

    /// - Throws: `ActionFailure`; the step then fails with its message.
    func run(_ invocation: ActionInvocation) throws(ActionFailure) -> ActionResult

    /// The post step. `invocation.state` is what `run` left in its result, also where it failed before (then it is empty).
    func finish(_ invocation: ActionInvocation) throws(ActionFailure) -> ActionResult
}

extension BuiltinAction {
    public static var hasPost: Bool { false }
    public func finish(_ invocation: ActionInvocation) throws(ActionFailure) -> ActionResult { ActionResult() }
}

/// One call of an action, everything evaluated.
public struct ActionInvocation {
    public var inputs: [String: String]
    /// The step's `env`, with that of the job.
    public var environment: [String: String]
    /// What a command of this step finds, `PATH` with what earlier steps added to it.
    public var commandEnvironment: [String: String]
    public var assignment: JobAssignment
    /// Which step of the job it is: its place among the job's, then in the action that it is in, and so on, each from 0. Empty
    /// before the first step.
    public var stepPath: [Int]
    public var folders: WorkplaceFolders
    /// Where the job's commands run, for an action that has to run some.
    public var workplace: any Workplace
    /// What `run` left for `finish`; empty in `run`.
    public var state: [String: String]
    /// Whether every step so far succeeded: what `success()` says.
    public var jobSucceeded: Bool
    public var cancellation: Cancellation
    /// When the step's time is over; nil: it has no limit. `cancellation` tells it only to whoever asks.
    public var deadline: Deadline?
    /// Hides secrets, as the log does; for what an action keeps elsewhere.
    public var masked: (String) -> String
    /// Writes one line to the step's log.
    public var log: (String) -> Void
    /// What actions of this job before this one left for it.
    public var memory: JobMemory
    /// Has all logs of the job hide a text from now on.
    public var mask: (String) -> Void
    /// Takes a deployment as it begins, and again as it ends: the daemon is told at once.
    public var tellDeployment: (Deployment) -> Void
    /// Takes what a gate decided: the daemon is told at once, also where the step fails then.
    public var tellGate: (GateResult) -> Void
    /// Asks the daemon for the metrics of another run; the answer comes as a file in the job's folder.
    public var askForBaseline: (BaselineRequest) -> Void

    public init(
        inputs: [String: String], environment: [String: String], commandEnvironment: [String: String] = [:],
        assignment: JobAssignment, stepPath: [Int] = [], workplace: any Workplace,
        state: [String: String] = [:], jobSucceeded: Bool = true, cancellation: Cancellation, deadline: Deadline? = nil,
        masked: @escaping (String) -> String = { $0 },
        log: @escaping (String) -> Void, mask: @escaping (String) -> Void = { _ in },
        tellDeployment: @escaping (Deployment) -> Void = { _ in }, tellGate: @escaping (GateResult) -> Void = { _ in },
        askForBaseline: @escaping (BaselineRequest) -> Void = { _ in }, memory: JobMemory = JobMemory()
    ) {
        self.inputs = inputs
        self.environment = environment
        self.commandEnvironment = commandEnvironment
        self.assignment = assignment
        self.stepPath = stepPath
        folders = workplace.folders
        self.workplace = workplace
        self.state = state
        self.jobSucceeded = jobSucceeded
        self.cancellation = cancellation
        self.deadline = deadline
        self.masked = masked
        self.log = log
        self.mask = mask
        self.tellDeployment = tellDeployment
        self.tellGate = tellGate
        self.askForBaseline = askForBaseline
        self.memory = memory
    }

    /// An input by its name, whatever the case it was written in; nil where it is missing or empty.
    public func input(_ name: String) -> String? {
        guard let value = inputs[name.lowercased()], !value.isEmpty else { return nil }
        return value
    }
}

public struct ActionResult: Sendable {
    public var outputs: ExpressionObject
    public var annotations: [Annotation]
    /// Variables for the steps that follow, as a step writes them to `GITHUB_ENV`.
    public var environment: [String: String]
    /// Folders that go before the rest of `PATH`, as a step writes them to `GITHUB_PATH`; the first one first.
    public var pathEntries: [String]
    /// For `finish`.
    public var state: [String: String]
    /// What it did to artifacts and caches; told to the daemon by the journal.
    public var storage: [StorageChange]
    /// Of tests and coverage, whose details are in the job's folder already.
    public var reports: [Report]
    /// Markdown for the step summary.
    public var summary = ""
    /// The step fails, and all else that is said here counts as well.
    public var failure: ActionFailure?
    /// What a person may decide of the failure.
    public var review: GateReview?

    public init(
        outputs: ExpressionObject = ExpressionObject(), annotations: [Annotation] = [], environment: [String: String] = [:],
        pathEntries: [String] = [], state: [String: String] = [:], storage: [StorageChange] = [], reports: [Report] = []
    ) {
        self.outputs = outputs
        self.annotations = annotations
        self.environment = environment
        self.pathEntries = pathEntries
        self.state = state
        self.storage = storage
        self.reports = reports
    }
}

public struct ActionFailure: Error, Equatable, Sendable {
    public var message: String
    /// Of what the action ran, where it counts as the step's own.
    public var exitCode: Int32?

    public init(_ message: String, exitCode: Int32? = nil) {
        self.message = message
        self.exitCode = exitCode
    }
}
