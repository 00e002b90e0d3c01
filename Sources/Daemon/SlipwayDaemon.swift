internal import Accounts
internal import Diagnostics
internal import Execution
internal import FoundationEssentials
internal import Glibc
internal import Logging
internal import OpenIDConnect
internal import Outward
internal import Plan
internal import Processes
internal import RemoteSources
internal import Scheduling
internal import ServiceLifecycle
internal import Settings
internal import Store
internal import Synchronization
internal import Triggers
internal import UnixSignals
internal import WakeUps
internal import Web

/// The daemon: the only place that picks implementations and puts the modules together.
public struct SlipwayDaemon {
    private let settingsPath: String
    private let environment: [String: String]
    private let settings: RunnerSettings
    private let folders: StateFolders
    private let logger: Logger
    /// Held as long as the daemon lives: two daemons on one state folder would run every job twice.
    private let lock: FileLock
    private let store: Store

    /// Reads the settings and opens the state.
    ///
    /// - Throws: `DaemonError` with everything that is to be mended first.
    public init(settingsPath path: String, environment: [String: String]) throws(DaemonError) {
        let loaded = RunnerSettings.load(path: path, environment: environment)
        guard let settings = loaded.settings else {
            throw DaemonError(
                DiagnosticRenderer(sources: [loaded.path: loaded.source]).render(loaded.diagnostics)
                    + "\nthe daemon does not start with mistakes in its settings")
        }
        settingsPath = path
        self.environment = environment
        self.settings = settings
        folders = StateFolders(root: settings.state)
        logger = DaemonLog.logger(settings.log, reader: DaemonLog.Reader(environment: environment))
        for diagnostic in loaded.diagnostics { logger.warning("\(diagnostic.message)") }
        do {
            for folder in [folders.root, folders.mirrors, folders.runs, folders.workspaces, folders.tools] {
                try Folder.make(folder, mode: 0o750)
            }
            guard let lock = try FileLock.tryLock("\(folders.root)/daemon.lock") else {
                throw DaemonError(
                    "another slipway daemon uses the state folder \(folders.root): stop it, or set another \"state\"")
            }
            self.lock = lock
            store = try Store.open(at: folders.database)
        } catch let error as DaemonError {
            throw error
        } catch let error as ExecutionError {
            throw DaemonError("\(error.message); make it, or set \"state\" to a folder that this user may write")
        } catch {
            throw DaemonError("\(error)")
        }
    }

    /// Serves until SIGTERM or SIGINT. Running jobs go on after it.
    public func serve() async throws(DaemonError) {
        Self.raiseDescriptorLimit()
        let logger = logger
        let report: @Sendable (String) -> Void = { logger.warning("\($0)") }
        let now: @Sendable () -> Date = { Date() }
        let current = CurrentSettings(settings)
        let forkServer = ForkServerClient()
        let watch = FolderWatch()
        let vault = try SecretVault(store: store, keyFile: settings.secrets.keyFile)
        // A worker that died before it had its order has closed the pipe.
        signal(SIGPIPE, SIG_IGN)
        do { try await forkServer.start() } catch { throw DaemonError("can't start the fork server: \(error)") }

        let watched = try SettingsReloader.watched(settings, folders: folders, environment: environment)
        let sourceRules = CurrentSourceRules(
            try SourceRules(settings, repositories: watched, environment: environment))
        let fetcher = ForkedFetcher(forkServer: forkServer)
        let background = GrowingTaskGroup()
        let sources = ActionSurveyor(
            resolver: SourceResolver(
                folder: folders.actions, rules: { sourceRules.value }, lock: StoredReferenceLock(store: store), fetcher: fetcher,
                now: now,
                background: { background.add($0) }, report: report),
            isBuiltIn: { JobParts.builtinNames.contains($0) })
        let containers = ContainerJanitor(store: store, folders: folders, settings: current, report: report)
        let launcher = WorkerLauncher(
            folders: folders, store: store, vault: vault, credentials: JobCredentials(environment: environment),
            remote: RemoteActions(surveyor: sources, folders: folders), settings: current, forkServer: forkServer, watch: watch,
            containers: containers, now: now, report: report)
        let scheduler = Scheduler(
            store: store, launcher: launcher, returner: StageRollback(store: store, now: now), capacity: settings.capacity,
            facts: { name in
                let settings = current.value
                return settings.repository(named: name).map { repository in
                    RepositoryFacts(repository, labels: settings.labels, lostRetries: settings.retryLost)
                }
            }, now: now, report: report)
        launcher.connect(to: scheduler)
        let watchers = Watchers(
            store: store, fetcher: fetcher, sources: sources, started: { scheduler.add($0) }, report: report,
            now: now)
        let recovered = try await recover(launcher)
        let environment = environment
        let outward = OutwardService(
            store: store, configuration: { OutwardConfiguration(current.value, environment: environment) }, now: now,
            makeID: { UUID().uuidString.lowercased() }, report: report)
        let reloader = SettingsReloader(
            path: settingsPath, environment: environment, folders: folders, settings: current, sourceRules: sourceRules,
            scheduler: scheduler, outward: outward,
            watchers: watchers, report: { logger.notice("\($0)") })
        let storage = StorageKeeper(store: store, folders: folders, settings: current, now: now, report: report)
        let shellDoor = ShellDoor(beside: settings.socket, report: report)
        let operations = DaemonOperations(
            folders: folders, store: store, scheduler: scheduler, watchers: watchers,
            receiver: WebhookReceiver(store: store, repositories: { watchers.repositories }, now: now), vault: vault,
            sources: sources.resolver,
            settings: current, watch: watch, reloader: reloader, outward: outward,
            summaries: SummaryReader(forkServer: forkServer, report: report), shellDoor: shellDoor, storage: storage,
            survey: DiskSurvey(folders: folders), startedAt: now(), now: now,
            report: report)
        let accounts = Accounts(
            store: store,
            policy: .init(idle: settings.web.sessionIdle.seconds, lifetime: settings.web.sessionLifetime.seconds),
            issuer: settings.web.openIDConnect?.issuer, now: now, report: report)
        let provider = try ProviderConfiguration(settings.web, environment: environment).map {
            IdentityProvider($0, now: now, report: report)
        }
        let notifier = ServiceNotifier(environment: environment)
        let web = try webServer(operations, accounts: accounts, provider: provider, notifier: notifier)
        await watchers.update(watched)

        let janitor = Janitor(
            store: store, folders: folders, settings: current, forkServer: forkServer, containers: containers,
            storage: storage, accounts: accounts, now: now, report: report)
        let activity = ActivityLog(store: store, logger: logger)
        let memory = MemoryKeeper(store: store)
        let services: [any Service] = [
            DaemonTask { await scheduler.run(recovered: recovered) },
            DaemonTask { await launcher.run() },
            DaemonTask { await watchers.run() },
            DaemonTask { await background.run() },
            web,
            DaemonTask { await janitor.run() },
            DaemonTask { await containers.run() },
            DaemonTask { await activity.run() },
            DaemonTask { await outward.run() },
            DaemonTask { await memory.run() },
            DaemonTask { await shellDoor.run() },
            DaemonTask { await Self.reloadOnHangup(reloader, notifier: notifier) },
            DaemonTask { await Self.feedWatchdog(notifier) },
        ]
        var configuration = ServiceGroupConfiguration(
            services: services.map { .init(service: $0, failureTerminationBehavior: .gracefullyShutdownGroup) }, logger: logger)
        configuration.gracefulShutdownSignals = [.sigterm, .sigint]
        configuration.maximumGracefulShutdownDuration = settings.shutdown.grace
        logger.notice(
            "slipway \(SlipwayVersion.current) begins: settings \(settingsPath), state \(folders.root), capacity \(settings.capacity)"
        )
        do { try await ServiceGroup(configuration: configuration).run() } catch { throw DaemonError("\(error)") }
        notifier.stopping()
        logger.notice("stopped; jobs that run go on")
        await forkServer.stop()
        withExtendedLifetime(lock) {}
    }

    /// Viewers, jobs and fetches each hold descriptors; the usual soft limit of 1024 is for programs that use select(2).
    private static func raiseDescriptorLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    /// The runs that were not over when the last daemon ended; workers that still run, or ended meanwhile, are taken up.
    private func recover(_ launcher: WorkerLauncher) async throws(DaemonError) -> [RunState] {
        do {
            let states = try await store.unfinishedRuns()
            for state in states {
                for job in state.jobs where job.status == .running && !job.isCall { launcher.adopt(job) }
            }
            return states
        } catch {
            throw DaemonError("can't read the unfinished runs: \(error)")
        }
    }

    private func webServer(
        _ operations: DaemonOperations, accounts: Accounts, provider: IdentityProvider?, notifier: ServiceNotifier
    ) throws(DaemonError) -> WebServer {
        let web = settings.web
        let configuration = WebConfiguration(
            host: web.listen.host, port: web.listen.port, socketPath: settings.socket,
            allowedHosts: web.acceptedHosts.sorted(), anonymousRole: Role(rawValue: web.anonymousRole.rawValue),
            isSecure: web.isSecure, trustedProxies: Set(web.trustedProxies), webhookBodyLimit: web.bodyLimit)
        let logger = logger
        let publicURL = web.publicURL
        let listening = Mutex<(count: Int, url: String)>((0, ""))
        do {
            if let slash = settings.socket.lastIndex(of: "/"), slash != settings.socket.startIndex {
                try Folder.make(String(settings.socket[..<slash]))
            }
            return try WebServer(
                configuration: configuration, store: store, accounts: accounts, provider: provider, operations: operations,
                logger: logger
            ) { address in
                let (isReady, url) = listening.withLock { state -> (Bool, String) in
                    state.count += 1
                    if case .network(let host, let port) = address {
                        state.url = publicURL ?? "http://\(host.contains(":") ? "[\(host)]" : host):\(port)"
                        logger.notice("listening on \(state.url)")
                    }
                    return (state.count == 2, state.url)
                }
                if isReady { notifier.ready(status: "serving \(url)") }
            }
        } catch {
            throw DaemonError("\(error)")
        }
    }

    private static func reloadOnHangup(_ reloader: SettingsReloader, notifier: ServiceNotifier) async {
        for await _ in await UnixSignalsSequence(trapping: .sighup) {
            notifier.reloading()
            _ = await reloader.reload()
            notifier.ready(status: "settings reloaded")
        }
    }

    private static func feedWatchdog(_ notifier: ServiceNotifier) async {
        guard let interval = notifier.watchdogInterval else { return await WakeUp().wait() }
        while !Task.isCancelled {
            notifier.alive()
            try? await Task.sleep(for: .seconds(interval))
        }
    }
}
