public import Expressions
public import Git
internal import Workflows

/// A repository of the settings as the watcher needs it: everything resolved and checked.
public struct WatchedRepository: Sendable {
    /// Which commits of a branch that moved between two looks get a run.
    public enum Commits: Sendable, Hashable {
        /// Each on the branch's first-parent line: every push has its run, also where several came between two looks.
        case each
        /// The newest only.
        case last
    }

    /// Whose pull requests run.
    public enum PullRequests: Sendable, Hashable {
        case off
        case sameRepository
        /// Forks, too: without secrets and shared caches.
        case all
    }

    public var name: String
    public var address: RemoteAddress
    public var mirrorPath: String
    /// Seconds between two looks; nil: only on a webhook or an operator's wish.
    public var pollInterval: Double?
    /// Patterns as in `on.push.branches`; empty: all.
    public var branches: [String]
    public var tags: [String]
    public var webhookSecret: String?
    public var commits: Commits
    public var pullRequests: PullRequests
    public var credential: GitCredential
    public var knownHosts: KnownHosts
    /// `owner/name` and the forge's address, for the payloads made for polls.
    public var fullName: String
    public var serverURL: String
    /// `vars`, for the names of runs.
    public var variables: ExpressionObject
    /// Seconds that a fetch may take.
    public var fetchTimeout: Double
    public var missedSchedules: MissedSchedules
    /// The zone of schedules that name none.
    public var scheduleTimeZone: String
    /// The buildspecs that run, and on what.
    public var buildspecs: [WatchedBuildspec]
    /// Pipelines of stages beside those of the commits.
    public var pipelines: [WatchedPipeline]
    /// What Slipway sets on the commits; nil where the forge is told nothing.
    public var ownStatuses: OwnStatuses?

    public init(
        name: String, address: RemoteAddress, mirrorPath: String, pollInterval: Double?, branches: [String] = [],
        tags: [String] = [], webhookSecret: String? = nil, commits: Commits = .each,
        pullRequests: PullRequests = .sameRepository, credential: GitCredential, knownHosts: KnownHosts, fullName: String,
        serverURL: String, variables: ExpressionObject = ExpressionObject(), fetchTimeout: Double = 300,
        missedSchedules: MissedSchedules = .skip,
        scheduleTimeZone: String = "UTC", buildspecs: [WatchedBuildspec] = [], pipelines: [WatchedPipeline] = [],
        ownStatuses: OwnStatuses? = nil
    ) {
        self.name = name
        self.address = address
        self.mirrorPath = mirrorPath
        self.pollInterval = pollInterval
        self.branches = branches
        self.tags = tags
        self.webhookSecret = webhookSecret
        self.commits = commits
        self.pullRequests = pullRequests
        self.credential = credential
        self.knownHosts = knownHosts
        self.fullName = fullName
        self.serverURL = serverURL
        self.variables = variables
        self.fetchTimeout = fetchTimeout
        self.missedSchedules = missedSchedules
        self.scheduleTimeZone = scheduleTimeZone
        self.buildspecs = buildspecs
        self.pipelines = pipelines
        self.ownStatuses = ownStatuses
    }

    var fetchRequest: FetchRequest {
        FetchRequest(
            mirrorPath: mirrorPath, address: address.text, includesPullRequests: pullRequests != .off, credential: credential,
            knownHosts: knownHosts, timeout: fetchTimeout)
    }

    /// Whether the settings let a ref start runs.
    func watches(_ ref: String) -> Bool {
        if let branch = ref.name(after: "refs/heads/") { return branches.isEmpty || Self.list(branches, includes: branch) }
        if let tag = ref.name(after: "refs/tags/") { return tags.isEmpty || Self.list(tags, includes: tag) }
        return false
    }

    private static func list(_ patterns: [String], includes name: String) -> Bool {
        FilterList(patterns, kind: .ref).includes(name)
    }
}

/// What becomes of the times of a schedule that passed while Slipway was not running.
public enum MissedSchedules: Sendable, Hashable {
    case skip
    /// The newest of them is made good.
    case once
}

extension String {
    func name(after prefix: String) -> String? { hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil }
}
