/// One of `repositories`: where it is, what of it runs, and how.
public struct RepositorySettings: Sendable, Equatable {
    /// Which commits run when several arrive between two polls.
    public enum Commits: String, Sendable, Hashable, CaseIterable {
        /// Each push gets its run, as far as it can be told apart: every new commit on the first-parent line.
        case each
        /// The newest commit of each branch.
        case last
    }

    /// Whose pull requests run.
    public enum PullRequests: String, Sendable, Hashable, CaseIterable {
        case off
        /// Those whose branch is in this repository.
        case sameRepository = "same-repository"
        /// Those of forks as well: whoever opens one runs code on this host.
        case all
    }

    /// `name` or `owner/name`, each of letters, digits, `.`, `_` and `-`.
    public var name: String
    /// A URL, an scp-like address, or an absolute path.
    public var url: String
    /// How often the remote is asked for news; nil where only webhooks and operators start runs.
    public var poll: Duration?
    /// Patterns in the form of a workflow's branch filters; what matches none starts nothing.
    public var branches: [String]
    /// The same for tags.
    public var tags: [String]
    /// With what webhooks are signed; without one they are refused.
    public var webhookSecret: SecretReference?
    public var commits: Commits
    public var pullRequests: PullRequests
    public var credentials: CredentialSettings
    public var forge: ForgeSettings
    /// What separates this repository's jobs from the host.
    public var sandbox: SandboxKind
    /// The general `sandbox_options` with those of the repository over them.
    public var sandboxOptions: SandboxSettings
    /// The general `aws` with the keys of the repository over them.
    public var aws: AWSSettings
    /// What this repository's jobs may do with the Docker Engine.
    public var docker: DockerUse
    /// Patterns of the names of repositories whose runs may use what is in this one without a credential of their own.
    public var sharedWith: [String]
    /// Which buildspecs run, and on what.
    public var buildspecs: [BuildspecSettings]
    /// Pipelines of stages beside those that its commits have.
    public var pipelines: [PipelineSettings]
    /// What its forge is told of its runs.
    public var status: StatusSettings
    public var badge: BadgeAccess
    /// The `vars` context of its pipelines.
    public var variables: [String: String]
    public var environments: [EnvironmentSettings]
}

/// `credentials` of a repository: with what its remote is asked.
public struct CredentialSettings: Sendable, Equatable {
    /// The file of a private key.
    public var sshKey: String?
    /// The file of the host keys that are trusted; nil for `/etc/ssh/ssh_known_hosts`.
    public var knownHosts: String?
    public var token: SecretReference?
    /// The user name beside the token, nil for the usual one of the forge.
    public var username: String?

    public init(
        sshKey: String? = nil, knownHosts: String? = nil, token: SecretReference? = nil, username: String? = nil
    ) {
        self.sshKey = sshKey
        self.knownHosts = knownHosts
        self.token = token
        self.username = username
    }
}
