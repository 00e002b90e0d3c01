internal import Execution
internal import FoundationEssentials
internal import Plan
internal import Scheduling
internal import Settings

extension JobStorage {
    /// Of a job of the daemon.
    init(_ start: JobStart, settings: RunnerSettings, folders: StateFolders) {
        let run = start.run
        self.init(
            runs: folders.runs, cache: folders.cache(of: run.repository), ledger: folders.storageLedger,
            repository: run.repository, attempt: run.attempt, ref: run.ref, baseBranch: start.event.baseBranch,
            isUntrusted: start.event.isUntrusted, readsUntrustedArtifacts: settings.artifacts.allowsUntrusted,
            limits: Limits(
                artifactDays: settings.artifacts.days, artifactBytes: Int64(settings.artifacts.size),
                cacheBytes: Int64(settings.caches.size), untrustedCacheBytes: Int64(settings.caches.untrustedSize)),
            pageURL: settings.web.url)
    }

    /// Of a job on a developer's machine: artifacts go with the run, caches are kept in the user's folder for such things.
    init(local start: JobStart, folders: StateFolders, environment: [String: String]) {
        let home = environment["HOME"] ?? folders.root
        let base = environment["XDG_CACHE_HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? "\(home)/.cache"
        let kept = StateFolders(root: "\(base)/slipway")
        let run = start.run
        self.init(
            runs: folders.runs, cache: kept.cache(of: run.repository), ledger: folders.storageLedger,
            repository: run.repository, attempt: run.attempt, ref: run.ref, baseBranch: start.event.baseBranch)
    }
}
