internal import Expressions
internal import Plan
internal import Synchronization

/// What a job's steps work with, once its place is made: the same for all of them, whatever thread they run on.
final class JobSite: Sendable {
    let assignment: JobAssignment
    let workplace: any Workplace
    let actions: [String: any BuiltinAction]
    let catalog: any ActionCatalog
    /// For actions only, never for scripts.
    let services: (any ActionServices)?
    let contexts: JobContexts
    let showsDebug: Bool
    /// Whether the steps run in a container that the job asked for.
    let isInContainer: Bool
    let journal: JournalWriter
    let matchers = MatcherList()
    let fileCommands: FileCommandFolder
    let nodes: NodeFinder
    let analysis: any FailureAnalysis
    let shells = JobShells()
    let memory = JobMemory()
    /// The inputs that a built-in action has; nil: nothing is known of them.
    let actionInputs: @Sendable (String) -> [String]?
    /// Whether somebody may look at what a step leaves that fails.
    let pausesOnFailure: Bool
    private let states = Mutex<[CallPath: [String: String]]>([:])

    init(
        assignment: JobAssignment, workplace: any Workplace, parts: JobParts, contexts: JobContexts, showsDebug: Bool,
        isInContainer: Bool, journal: JournalWriter
    ) {
        self.assignment = assignment
        self.workplace = workplace
        actions = Dictionary(
            parts.actions.flatMap { action in type(of: action).names.map { ($0, action) } },
            uniquingKeysWith: { first, _ in first })
        actionInputs = parts.actionInputs
        catalog = parts.catalog
        services = parts.services
        analysis = parts.analysis
        pausesOnFailure = parts.pause != nil
        self.contexts = contexts
        self.showsDebug = showsDebug
        self.isInContainer = isInContainer
        self.journal = journal
        nodes = NodeFinder(workplace: workplace)
        fileCommands = FileCommandFolder(in: workplace.folders.temporary)
    }

    /// What the call of an action saved for its later stages, `STATE_` not yet before the names.
    func state(of call: CallPath) -> [String: String] { states.withLock { $0[call] ?? [:] } }

    func save(_ state: [String: String], of call: CallPath) {
        guard !state.isEmpty else { return }
        states.withLock { $0[call, default: [:]].merge(state) { $1 } }
    }
}

/// What whoever starts a job decides about: where it runs, and which actions there are.
public struct JobParts: Sendable {
    public var executor: any Executor
    public var actions: [any BuiltinAction]
    /// By a built-in action's name, the inputs that it has: others are told in the log. Nil: nothing is known of them.
    public var actionInputs: @Sendable (String) -> [String]? = { _ in nil }
    public var catalog: any ActionCatalog
    /// What actions written for GitHub speak to; nil: nothing.
    public var services: (any ActionServices)?

    /// Says why a step failed.
    public var analysis: any FailureAnalysis
    /// Variables of every step, below those of the workflow: the job's credentials of a cloud.
    public var credentialEnvironment: [String: String] = [:]
    /// Where newer ones come from than are among these; nil: there are none.
    public var credentials: (any JobCredentialSource)?
    /// Where the job stands still after a failure; nil: it goes on.
    public var pause: FailurePause?
    /// Looks ahead before the first step; nil: nobody does.
    public var preflight: (any JobPreflight)?

    public init(
        executor: any Executor, actions: [any BuiltinAction] = [], catalog: any ActionCatalog = EmptyCatalog(),
        services: (any ActionServices)? = nil, analysis: any FailureAnalysis = NoAnalysis()
    ) {
        self.executor = executor
        self.actions = actions
        self.catalog = catalog
        self.services = services
        self.analysis = analysis
    }
}
