internal import Plan
internal import Store

/// A repository with its remote's state and its newest runs.
public struct RepositoryRepresentation: Codable, Sendable, Equatable {
    public struct Remote: Codable, Sendable, Equatable {
        /// Whether the last look succeeded; null before the first.
        @Nullable public var reachable: Bool?
        @Nullable public var checkedAt: String?
        /// The last look that succeeded; null where none ever did.
        @Nullable public var answeredAt: String?
        /// The first of the looks that failed since.
        @Nullable public var unreachableSince: String?
        @Nullable public var nextTryAt: String?
        @Nullable public var error: String?
    }

    public var name: String
    public var url: String
    public var branches: [String]
    /// Seconds.
    @Nullable public var pollInterval: Double?
    @Nullable public var defaultBranch: String?
    public var remote: Remote
    /// How the pipelines stand on the default branch, the worst first.
    public var states: [WorkflowStateRepresentation]
    /// The newest first.
    public var runs: [RunRepresentation]

    init(_ repository: RepositoryDescription, remote status: RemoteStatus?, state: BranchState, runs: [RunRepresentation]) {
        name = repository.name
        url = RemoteText.withoutCredentials(repository.url)
        branches = repository.branches
        pollInterval = repository.pollInterval
        defaultBranch = repository.defaultBranch
        remote = Remote(status)
        states = state.workflows.map(WorkflowStateRepresentation.init)
        self.runs = runs
    }
}

extension RepositoryRepresentation.Remote {
    init(_ status: RemoteStatus?) {
        let isDown = (status?.failures ?? 0) > 0
        reachable = status?.lastAttemptAt == nil ? nil : !isDown
        checkedAt = status?.lastAttemptAt.map(TimeText.rfc3339)
        answeredAt = status?.lastSuccessAt.map(TimeText.rfc3339)
        unreachableSince = isDown ? (status?.failingSince ?? status?.lastAttemptAt).map(TimeText.rfc3339) : nil
        nextTryAt = status?.nextAttemptAt.map(TimeText.rfc3339)
        error = status?.error
    }
}

/// How a pipeline stands on the default branch.
public struct WorkflowStateRepresentation: Codable, Sendable, Equatable {
    public var path: String
    public var name: String
    /// How the newest run ended that was neither cancelled nor skipped; null where none of the last ones did.
    @Nullable public var conclusion: String?
    /// That run.
    @Nullable public var verdict: String?
    /// The newest run, and whether it is under way.
    public var newest: String
    public var status: String

    init(_ state: WorkflowState) {
        path = state.newest.workflowPath
        name = state.name
        conclusion = state.verdict?.conclusion?.rawValue
        verdict = state.verdict.map { String($0.id) }
        newest = String(state.newest.id)
        status = state.newest.status.rawValue
    }
}

/// Addresses of remotes for people.
enum RemoteText {
    /// `https://user:password@host/path` without what stands before the `@`; the scp form keeps its user.
    static func withoutCredentials(_ address: String) -> String {
        guard let scheme = address.firstRange(of: "://") else { return address }
        let rest = address[scheme.upperBound...]
        let authority = rest.prefix { $0 != "/" }
        guard let at = authority.lastIndex(of: "@"), authority[..<at].contains(":") || !address.hasPrefix("ssh") else {
            return address
        }
        return String(address[..<scheme.upperBound] + rest[rest.index(after: at)...])
    }
}

/// Something that happened to a repository, and what came of it.
public struct TriggerRepresentation: Codable, Sendable, Equatable {
    public struct Skipped: Codable, Sendable, Equatable {
        public var path: String
        public var reason: String
    }

    public var event: String
    /// `poll`, `webhook`, `schedule`, `operator` or `rerun`.
    public var source: String
    public var ref: String
    public var commit: String
    public var actor: String
    public var receivedAt: String
    /// Why nothing was started; null where something was.
    @Nullable public var reason: String?
    public var skipped: [Skipped]
    public var runs: [String]
    /// How often it was told again.
    public var repeats: Int

    init(_ record: TriggerRecord) {
        event = record.event
        source = record.source.rawValue
        ref = record.ref
        commit = record.commit
        actor = record.actor
        receivedAt = TimeText.rfc3339(record.receivedAt)
        reason = record.reason
        skipped = record.skipped.map { Skipped(path: $0.path, reason: $0.reason) }
        runs = record.runIDs.map { String($0) }
        repeats = record.repeats
    }
}

/// A pipeline that can be started by hand.
public struct WorkflowRepresentation: Codable, Sendable, Equatable {
    public struct Input: Codable, Sendable, Equatable {
        public var name: String
        @Nullable public var description: String?
        /// `string`, `boolean`, `number`, `choice` or `environment`.
        public var type: String
        public var required: Bool
        @Nullable public var `default`: String?
        public var options: [String]
    }

    public var path: String
    public var name: String
    public var inputs: [Input]

    init(_ workflow: DispatchableWorkflow) {
        path = workflow.path
        name = workflow.name
        inputs = workflow.inputs.map { input in
            Input(
                name: input.name, description: input.description, type: input.kind.rawValue, required: input.isRequired,
                default: input.defaultValue, options: input.options)
        }
    }
}
