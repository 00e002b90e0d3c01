internal import Buildspecs
internal import Diagnostics
internal import Git
internal import Plan
internal import Settings
internal import Triggers
internal import Workflows

extension WatchedRepository {
    /// Takes a repository over from the settings, its secrets looked up now.
    init(
        _ repository: RepositorySettings, settings: RunnerSettings, folders: StateFolders, environment: [String: String]
    ) throws(DaemonError) {
        do {
            let credentials = repository.credentials
            let credential: GitCredential
            if let key = credentials.sshKey {
                credential = .sshKey(privateKeyPath: key)
            } else if let token = try credentials.token?.resolve(environment: environment) {
                credential = .token(username: credentials.username ?? "x-access-token", token: token)
            } else {
                credential = .none
            }
            self.init(
                name: repository.name, address: try RemoteAddress(parsing: repository.url),
                mirrorPath: folders.mirror(of: repository.name), pollInterval: repository.poll?.seconds,
                branches: repository.branches, tags: repository.tags,
                webhookSecret: try repository.webhookSecret?.resolve(environment: environment),
                commits: repository.commits == .each ? .each : .last,
                pullRequests: Self.pullRequests(repository.pullRequests), credential: credential,
                knownHosts: KnownHosts(credentials.knownHosts ?? "/etc/ssh/ssh_known_hosts"),
                fullName: repository.forge.repository, serverURL: repository.forge.serverURL ?? "",
                variables: repository.variableContext, fetchTimeout: settings.limits.fetchTimeout.seconds,
                missedSchedules: settings.schedules.missed == .once ? .once : .skip,
                scheduleTimeZone: settings.schedules.timeZone, buildspecs: repository.buildspecs.map(WatchedBuildspec.init),
                pipelines: repository.pipelines.map { WatchedPipeline($0) },
                ownStatuses: repository.status.token.map { _ in
                    OwnStatuses(
                        mark: StatusMark(context: repository.status.context, pageURL: settings.web.url),
                        areChecks: repository.status.checks)
                })
        } catch {
            throw DaemonError("repository \(repository.name): \(error)")
        }
    }

    private static func pullRequests(_ setting: RepositorySettings.PullRequests) -> PullRequests {
        switch setting {
        case .off: .off
        case .sameRepository: .sameRepository
        case .all: .all
        }
    }
}

extension WatchedBuildspec {
    init(_ settings: BuildspecSettings) {
        self.init(
            path: settings.file, branches: settings.branches, tags: settings.tags, runsPullRequests: settings.runsPullRequests,
            project: BuildspecProject(
                name: settings.name, image: settings.image, labels: settings.labels,
                variables: settings.environment.sorted { $0.key < $1.key }.map { .init(name: $0.key, value: $0.value) },
                secrets: settings.secrets, gitCredential: settings.gitCredential, runsBatch: settings.runsBatch,
                timeoutMinutes: settings.timeout.map { $0.seconds / 60 }, cloneDepth: settings.depth,
                includesSubmodules: settings.hasSubmodules))
    }
}

extension WatchedPipeline {
    init(_ settings: PipelineSettings) {
        let file = settings.file.split(separator: "/").last.map(String.init) ?? settings.file
        self.init(path: "\(file):\(settings.name)", text: settings.text)
    }
}
