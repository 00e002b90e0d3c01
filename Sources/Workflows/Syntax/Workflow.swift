public import Diagnostics
public import Plan

/// A workflow file as it is written, every part with its place.
public struct Workflow: Sendable {
    /// The file, relative to the repository's root.
    public let path: String
    public var name: Located<String>?
    public var runName: WorkflowText?
    public var triggers: [WorkflowTrigger] = []
    /// Whether `on` has mistakes, so that nobody can say what was meant to start it.
    public var hasBrokenTriggers = false
    /// The one branch whose pushes start a pipeline of stages: where its source comes from, also when it is started by hand. Nil where
    /// there are several, patterns, or none.
    public var sourceBranch: String?
    public var permissions: WorkflowPermissions?
    public var concurrency: WorkflowConcurrency?
    public var environment = WorkflowVariables()
    public var defaults = WorkflowDefaults()
    public var jobs: [WorkflowJob] = []
    /// Every key that was found and that the language has, in the order of reading.
    public var keys: [WorkflowKey] = []
    /// Every text that may hold expressions, in the order of reading.
    public var texts: [WorkflowText] = []
    /// Every `if`.
    public var conditions: [WorkflowCondition] = []
    /// What this version has no means for, beside the keys that `LanguageSupport` lists.
    var unsupported: [UnsupportedPart] = []
    /// Every expression of the texts and conditions.
    var expressions: [PlacedExpression] = []
    /// What this version ignores and refuses of it.
    var remarks: [SupportRemark] = []

    public init(path: String) {
        self.path = path
    }

    /// The name that is shown: the path where the file gives none.
    public var displayName: String {
        guard let name = name?.value, !name.isEmpty else { return path }
        return name
    }

    public func trigger(_ event: String) -> WorkflowTrigger? { triggers.first { $0.event.value == event } }
    /// The job with an id; case does not count, as on GitHub.
    public func job(_ id: String) -> WorkflowJob? { jobs.first { $0.id.value.lowercased() == id.lowercased() } }

    /// The inputs that an operator may give, in the order of the file; empty without `workflow_dispatch`.
    public var dispatchInputs: [WorkflowInput] { trigger("workflow_dispatch")?.inputs ?? [] }
    public var isDispatchable: Bool { trigger("workflow_dispatch") != nil }
    /// The entries of `on.schedule`.
    public var schedules: [WorkflowSchedule] { trigger("schedule")?.schedules ?? [] }
}

/// A key of the language at one place in a file.
public struct WorkflowKey: Sendable, Hashable {
    /// The key as `LanguageSupport` lists it: `jobs.<job_id>.container`.
    public let key: String
    public let range: SourceRange
    /// The id of the job that it belongs to.
    public let job: String?
}

/// A part of a file that this version has no means for.
struct UnsupportedPart: Sendable, Hashable {
    let message: String
    let range: SourceRange
    /// The id of the job that it belongs to; nil: every job of the file.
    let job: String?
}

/// `permissions`: for one scope each, or for all.
public struct WorkflowPermissions: Sendable {
    public enum Level: String, Sendable, Hashable, CaseIterable, Comparable {
        case none, read, write

        public static func < (left: Level, right: Level) -> Bool { left.rank < right.rank }

        private var rank: Int {
            switch self {
            case .none: 0
            case .read: 1
            case .write: 2
            }
        }
    }

    /// What a scope that is not named has: `none` unless the whole is `read-all` or `write-all`.
    public var others: Level
    public var scopes: [(name: Located<String>, level: Level)]
    public var range: SourceRange

    public func level(of scope: String) -> Level {
        scopes.first { $0.name.value == scope }?.level ?? others
    }
}

/// `concurrency`: the group and what happens to a run that is under way.
public struct WorkflowConcurrency: Sendable {
    public typealias Queue = ConcurrencyPlan.Queue

    public var group: WorkflowText
    public var cancelInProgress: WorkflowText?
    public var queue = Queue.single
    public var range: SourceRange
}

/// `defaults.run`.
public struct WorkflowDefaults: Sendable {
    public var shell: WorkflowText?
    public var workingDirectory: WorkflowText?
    /// `run: ${{ fromJSON(…) }}`
    public var expression: WorkflowText?

    public init() {}
}

/// What reading a file gave.
public struct WorkflowDocument: Sendable {
    public let path: String
    /// Nil where the file is no mapping, or is no YAML. With errors among the diagnostics it holds what could be read.
    public let workflow: Workflow?
    /// Everything that is to be said about the file, in its order.
    public internal(set) var diagnostics: [Diagnostic]
    /// The workflows that its jobs call, by the id of the job, as far as they were followed and found sound.
    public internal(set) var calls: [String: ResolvedCall] = [:]
    /// Why the workflow that a job calls can't run here, by the id of the job. They are among the diagnostics.
    var callObstacles: [String: [Diagnostic]] = [:]

    /// What a file of another language was lowered into, and what `slipway check` calls that language.
    var lowered: (kind: String, plan: RunPlan?)?

    /// A file of another language that starts as workflows do.
    ///
    /// - Parameters:
    ///   - triggers: what starts it; nil where nothing of the file can be read.
    ///   - plan: nil where the file has errors.
    public init(path: String, kind: String, triggers: Workflow?, plan: RunPlan?, diagnostics: [Diagnostic]) {
        self.init(path: path, workflow: triggers, diagnostics: diagnostics)
        lowered = (kind, plan)
    }

    init(path: String, workflow: Workflow?, diagnostics: [Diagnostic]) {
        self.path = path
        self.workflow = workflow
        self.diagnostics = diagnostics
    }

    /// Whether GitHub would take the file: no error was found. What this version doesn't support is a warning here.
    public var isAccepted: Bool { workflow != nil && !diagnostics.containsError }
}
