public import EngineAddresses
public import Expressions
public import FoundationEssentials
public import Plan

/// Everything a worker needs to run one attempt at a job, but its secrets. Written to the job's folder as `plan.json`.
public struct JobAssignment: Codable, Equatable, Sendable {
    /// Where the job's source comes from: a bare mirror on this host and what to take from it.
    public struct Source: Codable, Equatable, Sendable {
        public var mirror: String
        public var commit: String
        public var ref: String
        /// The address that a checkout shows as `origin`; holds no credentials.
        public var originURL: String
        /// A folder on a developer's machine whose files a checkout takes instead of the commit's; nil in the daemon.
        public var workingTree: String?

        public init(mirror: String, commit: String, ref: String, originURL: String, workingTree: String? = nil) {
            self.mirror = mirror
            self.commit = commit
            self.ref = ref
            self.originURL = originURL
            self.workingTree = workingTree
        }
    }

    /// The contexts that are fixed before the job starts.
    public struct Contexts: Equatable, Sendable {
        public var github: ExpressionObject
        public var variables: ExpressionObject
        public var inputs: ExpressionObject
        public var needs: ExpressionObject
        public var strategy: ExpressionObject
        public var matrix: ExpressionValue
        /// What the `job` context says before the job starts: which workflow file it is written in.
        public var job: ExpressionObject

        public init(
            github: ExpressionObject, variables: ExpressionObject = ExpressionObject(),
            inputs: ExpressionObject = ExpressionObject(), needs: ExpressionObject = ExpressionObject(),
            strategy: ExpressionObject = ExpressionObject(), matrix: ExpressionValue = .null,
            job: ExpressionObject = ExpressionObject()
        ) {
            self.github = github
            self.variables = variables
            self.inputs = inputs
            self.needs = needs
            self.strategy = strategy
            self.matrix = matrix
            self.job = job
        }
    }

    /// How the job's processes are confined.
    public struct Confinement: Codable, Equatable, Sendable {
        public enum Kind: String, Codable, Sendable {
            case bubblewrap
            case none
        }

        public var kind: Kind
        public var readOnlyPaths: [String]
        public var readWritePaths: [String]
        public var hiddenPaths: [String]
        /// Device files that the job may open.
        public var devices: [String]
        public var sharesNetwork: Bool

        public init(
            kind: Kind, readOnlyPaths: [String] = [], readWritePaths: [String] = [], hiddenPaths: [String] = [],
            devices: [String] = [], sharesNetwork: Bool = true
        ) {
            self.kind = kind
            self.readOnlyPaths = readOnlyPaths
            self.readWritePaths = readWritePaths
            self.hiddenPaths = hiddenPaths
            self.devices = devices
            self.sharesNetwork = sharesNetwork
        }
    }

    /// Seconds that steps with `always()` get after the job's time is over, as on GitHub.
    public static let timeAfterLimit = 300.0

    /// Seconds that a job may ask for by `timeout-minutes`, as on a runner of one's own on GitHub: five days.
    public static let longestTime = 5.0 * 86_400

    /// What one step may write, in bytes.
    public struct Limits: Codable, Equatable, Sendable {
        /// More is cut, and the log says so.
        public var log: Int64
        /// More is refused, and the step fails.
        public var summary: Int
        /// Of each of `GITHUB_OUTPUT`, `GITHUB_ENV` and `GITHUB_PATH`; more is refused, and the step fails.
        public var output: Int

        public init(log: Int64 = 1 << 30, summary: Int = 1 << 20, output: Int = 1 << 20) {
            self.log = log
            self.summary = summary
            self.output = output
        }
    }

    /// A remote action that the job may call, at the commit that its reference was resolved to before the job started.
    public struct RemoteAction: Codable, Equatable, Sendable {
        /// As it stands in `uses`: `owner/repository/folder@ref`.
        public var reference: String
        /// `owner/repository`.
        public var repository: String
        /// The folder of the action in its repository; empty for the root.
        public var folder: String
        public var ref: String
        public var commit: String
        /// The bare mirror on this host that has the commit.
        public var mirror: String
        /// What is to be said of it in the job's log and annotations: that its tag moved, for one.
        public var warning: String?

        public init(
            reference: String, repository: String, folder: String, ref: String, commit: String, mirror: String,
            warning: String? = nil
        ) {
            self.reference = reference
            self.repository = repository
            self.folder = folder
            self.ref = ref
            self.commit = commit
            self.mirror = mirror
            self.warning = warning
        }
    }

    public var runID: Int64
    public var jobID: Int64
    public var jobName: String
    public var job: JobPlan
    public var workflowEnvironment: [NamedTemplate]
    public var contexts: Contexts
    public var folder: JobFolder
    /// The payload's file; copied to where the job can read it.
    public var eventFile: String
    /// The folder that the worker makes for the job: checkout, HOME and temporary files. Must not exist yet.
    public var workspace: String
    /// The folder that jobs share for tools.
    public var toolsFolder: String
    public var source: Source
    public var confinement: Confinement
    /// The settings' variables for every job.
    public var environment: [String: String]
    /// Seconds after which the job is stopped, where its plan does not say how many.
    public var timeLimit: Double
    /// Seconds between TERM and KILL when the job is stopped.
    public var gracePeriod: Double
    public var limits: Limits
    /// Whether the workspace is left after the job.
    public var keepsWorkspace: WorkspaceKeeping
    /// HOME of the job's steps; nil: a fresh one for each job.
    public var homeFolder: String?
    /// Every remote action that the job's steps call, directly or through other actions.
    public var remoteActions: [RemoteAction]
    /// What the job may check out besides its own repository; nil: nothing.
    public var sources: SourceAccess?
    /// The Docker Engine that makes the job's containers; nil where the settings give none.
    public var engine: EngineAddress?
    public var engineUse: EngineUse
    /// Where artifacts and caches are; nil where the job can have none.
    public var storage: JobStorage?
    /// The folder that says what was deployed where, shared by all jobs of this host; nil where the job can't deploy.
    public var deployments: String?
    /// Whether a daemon follows the job and answers what its gates ask. Nil: not, or a version wrote it that had no gates; the daemon
    /// reads what earlier versions wrote, of jobs that run across an upgrade.
    public var isFollowed: Bool?
    /// Seconds that the job stands still after a failure; nil: it goes on.
    public var pauseLimit: Double?
    /// The jobs of the run that begin after this one; nil where they are not known.
    public var laterJobs: [LaterJob]?

    public init(
        runID: Int64, jobID: Int64, jobName: String, job: JobPlan, workflowEnvironment: [NamedTemplate] = [],
        contexts: Contexts, folder: JobFolder, eventFile: String, workspace: String, toolsFolder: String, source: Source,
        confinement: Confinement, environment: [String: String] = [:], timeLimit: Double = 6 * 3600,
        gracePeriod: Double = 10, limits: Limits = Limits(), keepsWorkspace: WorkspaceKeeping = .never,
        homeFolder: String? = nil, remoteActions: [RemoteAction] = [], sources: SourceAccess? = nil, engine: EngineAddress? = nil,
        engineUse: EngineUse = EngineUse(),
        storage: JobStorage? = nil, deployments: String? = nil
    ) {
        self.runID = runID
        self.jobID = jobID
        self.jobName = jobName
        self.job = job
        self.workflowEnvironment = workflowEnvironment
        self.contexts = contexts
        self.folder = folder
        self.eventFile = eventFile
        self.workspace = workspace
        self.toolsFolder = toolsFolder
        self.source = source
        self.confinement = confinement
        self.environment = environment
        self.timeLimit = timeLimit
        self.gracePeriod = gracePeriod
        self.limits = limits
        self.keepsWorkspace = keepsWorkspace
        self.homeFolder = homeFolder
        self.remoteActions = remoteActions
        self.sources = sources
        self.engine = engine
        self.engineUse = engineUse
        self.storage = storage
        self.deployments = deployments
    }
}

/// Which workspaces are left for a look at them after their job.
public enum WorkspaceKeeping: String, Codable, Sendable {
    case never
    case failed
    case always

    public func keeps(after conclusion: Conclusion) -> Bool {
        switch self {
        case .never: false
        case .failed: conclusion != .success
        case .always: true
        }
    }
}

/// What the daemon sends to a fresh worker over a pipe; never written to disk.
public struct WorkerOrder: Codable, Sendable {
    public var assignment: JobAssignment
    public var secrets: [String: String]
    /// What else the log hides: secrets that the job has no name for.
    public var masks: [String]
    /// Variables of every step that are no business of the disk's: credentials for a while.
    public var environment: [String: String]
    /// When those end; nil: they do not.
    public var credentialEnd: Date?

    public init(
        assignment: JobAssignment, secrets: [String: String], masks: [String] = [], environment: [String: String] = [:],
        credentialEnd: Date? = nil
    ) {
        self.assignment = assignment
        self.secrets = secrets
        self.masks = masks
        self.environment = environment
        self.credentialEnd = credentialEnd
    }
}

/// Kept as JSON text, since the order of keys counts: `toJSON` shows it.
extension JobAssignment.Contexts: Codable {
    public init(from decoder: any Decoder) throws {
        let value = try JSONTextCoded(from: decoder).value
        func object(_ name: String) -> ExpressionObject {
            if case .object(let object)? = value[name] { object } else { ExpressionObject() }
        }
        self.init(
            github: object("github"), variables: object("vars"), inputs: object("inputs"), needs: object("needs"),
            strategy: object("strategy"), matrix: value["matrix"] ?? .null, job: object("job"))
    }

    public func encode(to encoder: any Encoder) throws {
        let value: ExpressionValue = [
            "github": .object(github), "vars": .object(variables), "inputs": .object(inputs), "needs": .object(needs),
            "strategy": .object(strategy), "matrix": matrix, "job": .object(job),
        ]
        try JSONTextCoded(value).encode(to: encoder)
    }
}
