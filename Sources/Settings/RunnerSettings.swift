/// Everything that `runner.conf` decides, validated.
///
/// Each key, its meaning and its default are in `SettingsManual`, from which `runner.conf.example` is made. Paths are
/// absolute here. The value holds no secret but a webhook secret that is written into the file literally; it is
/// compared at a reload to see what changed.
public struct RunnerSettings: Sendable, Equatable {
    /// The folder of the database, mirrors, runs and workspaces.
    public var state: String
    public var web: WebSettings
    /// The operator's socket.
    public var socket: String
    /// How many jobs run at a time.
    public var capacity: Int
    /// How many workers wait for jobs, each with a workspace and a sandbox made.
    public var readyWorkers: Int
    /// How often a job is tried again whose worker or machine died.
    public var retryLost: Int
    /// What separates a job from the host, unless its repository says otherwise.
    public var sandbox: SandboxKind
    /// What a sandboxed job sees of the host. A repository's own options are already merged into `RepositorySettings`.
    public var sandboxOptions: SandboxSettings
    /// Variables of every job's environment.
    public var environment: [String: String]
    public var actions: ActionSettings
    public var docker: DockerSettings
    /// What jobs may do in AWS. A repository's own keys are already merged into `RepositorySettings`.
    public var aws: AWSSettings
    /// What labels of `runs-on` stand for, in lower case; `*` in one stands for anything.
    public var labels: [String: LabelTarget]
    public var workspaces: WorkspaceSettings
    public var retention: RetentionSettings
    public var artifacts: ArtifactSettings
    public var caches: CacheSettings
    public var limits: LimitSettings
    public var pauseOnFailure: PauseSettings
    public var schedules: ScheduleSettings
    public var secrets: SecretStoreSettings
    public var log: LogSettings
    public var shutdown: ShutdownSettings
    /// Programs that are told of events.
    public var webhooks: [EventWebhookSettings]
    /// Who is told of how runs end, and of what waits for a person.
    public var notifications: [NotificationSettings]
    /// The repositories in the order of the file; no two have the same name.
    public var repositories: [RepositorySettings]

    public func repository(named name: String) -> RepositorySettings? {
        repositories.first { $0.name == name }
    }

    /// The keys whose values differ from the older settings and take effect only when the daemon starts again, in the
    /// order of the manual. All other keys take effect at a reload, for jobs that start after it.
    public func keysNeedingRestart(changedFrom older: RunnerSettings) -> [String] {
        SettingsManual.keys.filter { $0.effect == .restart && !$0.isSame(self, older) }.map(\.path)
    }
}

/// What separates a job from the host.
public enum SandboxKind: String, Sendable, Hashable, CaseIterable {
    case bubblewrap
    /// Nothing: the job runs as the daemon's user and sees all that the user sees.
    case none
}

/// `secrets`: the store of the secrets that pipelines use.
public struct SecretStoreSettings: Sendable, Equatable {
    /// The file of the key that encrypts the store. The daemon makes it, readable by its user only, if it is missing.
    public var keyFile: String
}

/// `shutdown`: how the daemon stops. Jobs are not stopped with it.
public struct ShutdownSettings: Sendable, Equatable {
    /// How long open requests and streams may take to end.
    public var grace: Duration
}
