public import Expressions
public import FoundationEssentials

/// Something that happened to a repository and may start runs.
public struct Event: Codable, Equatable, Sendable {
    /// The name of the event that starts the runs which go back to an earlier deployment.
    public static let rollback = "rollback"

    /// Who told us. The first teller of a push wins; later ones are remembered as duplicates.
    public enum Source: String, Codable, Sendable {
        case poll
        case webhook
        case schedule
        case `operator`
        case rerun
        /// Another run, which the pipeline follows.
        case run
    }

    /// The name of the repository in the settings.
    public var repository: String
    /// The event's name in the workflow language: `push`, `pull_request`, `schedule`, `workflow_dispatch`, …
    public var name: String
    /// The activity type of a pull request and the like: `opened`, `synchronize`.
    public var activity: String?
    public var source: Source
    /// The full name of the ref: `refs/heads/main`, `refs/tags/v1`, `refs/pull/7/merge`.
    public var ref: String
    /// The commit to run, 40 hexadecimal digits.
    public var commit: String
    /// Where the ref stood before a push; nil for a new ref or an event that moves none.
    public var before: String?
    /// The base branch and the head branch of a pull request, without `refs/heads/`.
    public var baseBranch: String?
    public var headBranch: String?
    /// Who caused it, as far as the forge or the operator socket authenticated them; `unknown` for a poll.
    public var actor: String
    /// What the workflow sees as `github.event`.
    public var payload: ExpressionValue
    /// The inputs of a dispatch, already typed and defaulted.
    public var inputs: ExpressionObject
    /// For a schedule or a dispatch: the only pipeline file meant. Nil: every file decides by its `on`.
    public var workflow: String?
    /// Code that a stranger may have written: no secrets, no shared caches.
    public var isUntrusted: Bool
    public var receivedAt: Date

    public init(
        repository: String, name: String, activity: String? = nil, source: Source, ref: String, commit: String,
        before: String? = nil, baseBranch: String? = nil, headBranch: String? = nil, actor: String = "unknown",
        payload: ExpressionValue = .object(ExpressionObject()), inputs: ExpressionObject = ExpressionObject(),
        workflow: String? = nil, isUntrusted: Bool = false, receivedAt: Date
    ) {
        self.repository = repository
        self.name = name
        self.activity = activity
        self.source = source
        self.ref = ref
        self.commit = commit
        self.before = before
        self.baseBranch = baseBranch
        self.headBranch = headBranch
        self.actor = actor
        self.payload = payload
        self.inputs = inputs
        self.workflow = workflow
        self.isUntrusted = isUntrusted
        self.receivedAt = receivedAt
    }

    /// The branch, where the ref is one.
    public var branch: String? { GitReference(ref).branch }
    public var reference: GitReference { GitReference(ref) }
}
