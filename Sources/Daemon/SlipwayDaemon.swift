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
                    + "\nthe daemon does not start with mistakes in its settings; runner.conf.example explains every key")
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
        let base = try DaemonBase(
            settings: settings, environment: environment, folders: folders, store: store, report: { logger.warning("\($0)") })
        // A worker that died before it had its order has closed the pipe.
        signal(SIGPIPE, SIG_IGN)
        do { try await base.forkServer.start() } catch { throw DaemonError("can't start the fork server: \(error)") }

        let watched = try SettingsReloader.watched(settings, folders: folders, environment: environment)
        let running = try RunningParts(base, watched: watched)
        let recovered = try await recover(running.launcher)
        let serving = ServingParts(base, running, settingsPath: settingsPath, notice: { logger.notice("\($0)") })
        let notifier = ServiceNotifier(environment: environment)
        let web = try webServer(serving, notifier: notifier)
        await running.watchers.update(watched)

        let janitor = Janitor(
            store: store, folders: folders, settings: base.current, forkServer: base.forkServer, containers: running.containers,
            storage: serving.storage, accounts: serving.accounts, now: base.now, report: base.report)
        let activity = ActivityLog(store: store, logger: logger)
        let memory = MemoryKeeper(store: store)
        let services: [any Service] = [
            DaemonTask { await running.scheduler.run(recovered: recovered) },
            DaemonTask { await running.launcher.run() },
            DaemonTask { await running.watchers.run() },
            DaemonTask { await running.background.run() },
            web,
            DaemonTask { await janitor.run() },
            DaemonTask { await running.containers.run() },
            DaemonTask { await activity.run() },
            DaemonTask { await serving.outward.run() },
            DaemonTask { await memory.run() },
            DaemonTask { await serving.shellDoor.run() },
            DaemonTask { await Self.reloadOnHangup(serving.reloader, notifier: notifier) },
            DaemonTask { await Self.feedWatchdog(notifier) },
        ]
        try await run(services)
        notifier.stopping()
        logger.notice("stopped; jobs that run go on")
        await base.forkServer.stop()
        withExtendedLifetime(lock) {}
    }

    /// Runs all until one of them fails or a signal asks for the end.
    private func run(_ services: [any Service]) async throws(DaemonError) {
        var configuration = ServiceGroupConfiguration(
            services: services.map { .init(service: $0, failureTerminationBehavior: .gracefullyShutdownGroup) }, logger: logger)
        configuration.gracefulShutdownSignals = [.sigterm, .sigint]
        configuration.maximumGracefulShutdownDuration = settings.shutdown.grace
        logger.notice(
            "slipway \(SlipwayVersion.current) begins: settings \(settingsPath), state \(folders.root), capacity \(settings.capacity)"
        )
        do { try await ServiceGroup(configuration: configuration).run() } catch { throw DaemonError("\(error)") }
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

    /// The client looks for the usual socket by itself.
    private static func firstUserCommand(socket: String) -> String {
        let command = "sudo slipway user add NAME --role admin"
        guard socket != "/run/slipway/slipway.sock" else { return command }
        let isPlain = socket.allSatisfy { $0.isLetter || $0.isNumber || "/._-+@".contains($0) }
        let word = isPlain ? socket : "'\(socket.replacing("'", with: "'\\''"))'"
        return "\(command) --socket \(word)"
    }

    private func webServer(_ serving: ServingParts, notifier: ServiceNotifier) throws(DaemonError) -> WebServer {
        let base = serving.base
        let provider = try ProviderConfiguration(settings.web, environment: environment).map {
            IdentityProvider($0, now: base.now, report: base.report)
        }
        let web = settings.web
        let configuration = WebConfiguration(
            host: web.listen.host, port: web.listen.port, socketPath: settings.socket,
            firstUserCommand: Self.firstUserCommand(socket: settings.socket), allowedHosts: web.acceptedHosts.sorted(),
            anonymousRole: Role(rawValue: web.anonymousRole.rawValue),
            isSecure: web.isSecure, trustedProxies: Set(web.trustedProxies),
            namesTrustedProxies: web.namesTrustedProxies, webhookBodyLimit: web.bodyLimit)
        let logger = logger
        let publicURL = web.publicURL
        let listening = Mutex<(count: Int, url: String)>((0, ""))
        do {
            if let slash = settings.socket.lastIndex(of: "/"), slash != settings.socket.startIndex {
                try Folder.make(String(settings.socket[..<slash]))
            }
            return try WebServer(
                configuration: configuration, store: store, accounts: serving.accounts, provider: provider,
                operations: serving.operations,
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
