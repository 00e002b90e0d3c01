internal import Diagnostics
internal import Outward
internal import Plan
internal import RemoteSources
internal import Scheduling
internal import Settings
internal import Triggers
internal import WakeUps

/// Reads the settings again, on SIGHUP or when an operator asks. Running jobs are not touched.
struct SettingsReloader: Sendable {
    struct Outcome: Sendable {
        /// What is to be said about the file; with an error in it, the old settings stay in force.
        var diagnostics: [Diagnostic]
        /// What differs from the settings that the daemon was started with, and is in force only after a restart.
        var keysNeedingRestart: [String] = []
    }

    let path: String
    let environment: [String: String]
    let folders: StateFolders
    let settings: CurrentSettings
    let sourceRules: CurrentSourceRules
    let scheduler: Scheduler
    let outward: OutwardService
    let watchers: Watchers
    let report: @Sendable (String) -> Void
    private let turns = Turnstile()

    init(
        path: String, environment: [String: String], folders: StateFolders, settings: CurrentSettings,
        sourceRules: CurrentSourceRules,
        scheduler: Scheduler, outward: OutwardService,
        watchers: Watchers, report: @escaping @Sendable (String) -> Void
    ) {
        self.path = path
        self.environment = environment
        self.folders = folders
        self.settings = settings
        self.sourceRules = sourceRules
        self.scheduler = scheduler
        self.outward = outward
        self.watchers = watchers
        self.report = report
    }

    /// Of reloads that are asked for at the same time, one comes after the other, each with the file as it is then.
    ///
    func reload() async -> Outcome {
        await turns.take()
        defer { turns.pass() }
        return await reloadInTurn()
    }

    private func reloadInTurn() async -> Outcome {
        let loaded = RunnerSettings.load(path: path, environment: environment)
        guard let fresh = loaded.settings else {
            report(
                "the settings have mistakes, the old ones stay:\n"
                    + DiagnosticRenderer(sources: [path: loaded.source]).render(loaded.diagnostics))
            return Outcome(diagnostics: loaded.diagnostics)
        }
        let repositories: [WatchedRepository]
        let rules: SourceRules
        do throws(DaemonError) {
            repositories = try Self.watched(fresh, folders: folders, environment: environment)
            rules = try SourceRules(fresh, repositories: repositories, environment: environment)
        } catch {
            report("the settings can't be used, the old ones stay: \(error)")
            let diagnostic = Diagnostic(
                rule: "settings", message: error.message, file: path, range: SourceRange(line: 1, column: 1))
            return Outcome(diagnostics: [diagnostic])
        }
        let restart = settings.replace(with: fresh)
        if !restart.isEmpty { report("changed, but in force only after a restart: \(restart.joined(separator: ", "))") }
        sourceRules.replace(with: rules)
        scheduler.setCapacity(fresh.capacity)
        outward.settingsChanged()
        await watchers.update(repositories)
        report("settings reloaded from \(path)")
        return Outcome(diagnostics: loaded.diagnostics, keysNeedingRestart: restart)
    }

    static func watched(
        _ settings: RunnerSettings, folders: StateFolders, environment: [String: String]
    ) throws(DaemonError) -> [WatchedRepository] {
        var repositories: [WatchedRepository] = []
        for repository in settings.repositories {
            repositories.append(
                try WatchedRepository(repository, settings: settings, folders: folders, environment: environment))
        }
        return repositories
    }
}
