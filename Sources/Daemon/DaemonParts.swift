internal import Accounts
internal import Execution
internal import FoundationEssentials
internal import Outward
internal import Plan
internal import Processes
internal import RemoteSources
internal import Scheduling
internal import Settings
internal import Store
internal import Triggers
internal import WakeUps

/// What every part of the daemon stands on.
struct DaemonBase {
    let settings: RunnerSettings
    let environment: [String: String]
    let folders: StateFolders
    let store: Store
    let report: @Sendable (String) -> Void
    let now: @Sendable () -> Date = { Date() }
    let current: CurrentSettings
    let forkServer = ForkServerClient()
    let watch = FolderWatch()
    let vault: SecretVault

    init(
        settings: RunnerSettings, environment: [String: String], folders: StateFolders, store: Store,
        report: @escaping @Sendable (String) -> Void
    ) throws(DaemonError) {
        self.settings = settings
        self.environment = environment
        self.folders = folders
        self.store = store
        self.report = report
        current = CurrentSettings(settings)
        vault = try SecretVault(store: store, keyFile: settings.secrets.keyFile)
    }
}

/// What learns of events and runs their jobs.
struct RunningParts {
    let sourceRules: CurrentSourceRules
    let background = GrowingTaskGroup()
    let sources: ActionSurveyor
    let containers: ContainerJanitor
    let launcher: WorkerLauncher
    let scheduler: Scheduler
    let watchers: Watchers

    init(_ base: DaemonBase, watched: [WatchedRepository]) throws(DaemonError) {
        let (settings, store, now, report) = (base.settings, base.store, base.now, base.report)
        let rules = CurrentSourceRules(try SourceRules(settings, repositories: watched, environment: base.environment))
        let (fetcher, background) = (ForkedFetcher(forkServer: base.forkServer), background)
        sourceRules = rules
        sources = ActionSurveyor(
            resolver: SourceResolver(
                folder: base.folders.actions, rules: { rules.value }, lock: StoredReferenceLock(store: store), fetcher: fetcher,
                now: now, background: { background.add($0) }, report: report),
            isBuiltIn: { JobParts.builtinNames.contains($0) })
        containers = ContainerJanitor(store: store, folders: base.folders, settings: base.current, report: report)
        launcher = WorkerLauncher(
            folders: base.folders, store: store, vault: base.vault, credentials: JobCredentials(environment: base.environment),
            remote: RemoteActions(surveyor: sources, folders: base.folders), settings: base.current,
            forkServer: base.forkServer, watch: base.watch, containers: containers, now: now, report: report)
        let (current, launcher) = (base.current, launcher)
        let scheduler = Scheduler(
            store: store, launcher: launcher, returner: StageRollback(store: store, now: now), capacity: settings.capacity,
            facts: { name in
                let settings = current.value
                return settings.repository(named: name).map { repository in
                    RepositoryFacts(repository, labels: settings.labels, lostRetries: settings.retryLost)
                }
            }, now: now, report: report)
        launcher.connect(to: scheduler)
        self.scheduler = scheduler
        watchers = Watchers(
            store: store, fetcher: fetcher, sources: sources, started: { scheduler.add($0) }, report: report, now: now)
    }
}

/// What operators, and those who are told, have to do with.
struct ServingParts {
    let base: DaemonBase
    let outward: OutwardService
    let reloader: SettingsReloader
    let storage: StorageKeeper
    let shellDoor: ShellDoor
    let operations: DaemonOperations
    let accounts: Accounts

    /// - Parameter notice: what is to be said that is no trouble.
    init(_ base: DaemonBase, _ running: RunningParts, settingsPath: String, notice: @escaping @Sendable (String) -> Void) {
        self.base = base
        let (settings, folders, store, now, report) = (base.settings, base.folders, base.store, base.now, base.report)
        let (current, environment, watchers) = (base.current, base.environment, running.watchers)
        outward = OutwardService(
            store: store, configuration: { OutwardConfiguration(current.value, environment: environment) }, now: now,
            makeID: { UUID().uuidString.lowercased() }, report: report)
        reloader = SettingsReloader(
            path: settingsPath, environment: environment, folders: folders, settings: current, sourceRules: running.sourceRules,
            scheduler: running.scheduler, outward: outward, watchers: watchers, report: notice)
        storage = StorageKeeper(store: store, folders: folders, settings: current, now: now, report: report)
        shellDoor = ShellDoor(beside: settings.socket, report: report)
        operations = DaemonOperations(
            folders: folders, store: store, scheduler: running.scheduler, watchers: watchers,
            receiver: WebhookReceiver(store: store, repositories: { watchers.repositories }, now: now), vault: base.vault,
            sources: running.sources.resolver, settings: current, watch: base.watch, reloader: reloader, outward: outward,
            summaries: SummaryReader(forkServer: base.forkServer, report: report), shellDoor: shellDoor, storage: storage,
            survey: DiskSurvey(folders: folders), startedAt: now(), now: now, report: report)
        accounts = Accounts(
            store: store,
            policy: .init(idle: settings.web.sessionIdle.seconds, lifetime: settings.web.sessionLifetime.seconds),
            issuer: settings.web.openIDConnect?.issuer, now: now, report: report)
    }
}
