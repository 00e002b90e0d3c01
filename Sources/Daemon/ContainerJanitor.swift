internal import Execution
internal import Executors
internal import FoundationEssentials
internal import Git
internal import Plan
internal import Processes
internal import Settings
internal import Store
internal import Synchronization

/// Removes what jobs left in the Docker Engine whose workers could not: after a crash of a worker, of this daemon, or of the
/// machine.
final class ContainerJanitor: Sendable {
    private let store: Store
    private let folders: StateFolders
    private let settings: CurrentSettings
    private let report: @Sendable (String) -> Void
    /// What was last reported of an engine that does not answer, so that it is said once.
    private let lastProblem = Mutex<String?>(nil)

    private static let interval = Duration.seconds(300)
    /// The engine takes its time, which no task of the daemon is to wait for.
    private static let queue = BlockingQueue(label: "slipway.containers")

    init(store: Store, folders: StateFolders, settings: CurrentSettings, report: @escaping @Sendable (String) -> Void) {
        self.store = store
        self.folders = folders
        self.settings = settings
        self.report = report
    }

    /// Looks now, and then every few minutes, until the task is cancelled.
    func run() async {
        while !Task.isCancelled {
            await sweep()
            await prune()
            try? await Task.sleep(for: Self.interval)
        }
    }

    /// Removes what is left of a job whose worker has died.
    func remove(_ job: Job) async {
        let workspace = folders.workspace(ofJob: job.id)
        await withEngine { sweep in sweep.remove(job: job.id, workspace: workspace) }
    }

    /// Gives files that a job's containers left to the daemon's user, who can remove them then.
    func takeOver(_ folder: String, ofJob id: Int64) async {
        await withEngine { sweep in sweep.takeOver(folder, ofJob: id) }
    }

    private func sweep() async {
        let found = Mutex<Set<Int64>>([])
        await withEngine { sweep in
            do throws(ExecutionError) {
                let jobs = try sweep.jobs()
                found.withLock { $0 = jobs }
                return []
            } catch {
                return [error.message]
            }
        }
        for id in found.withLock({ $0 }).sorted() where !Task.isCancelled {
            do {
                guard try await !isRunning(id) else { continue }
                let workspace = folders.workspace(ofJob: id)
                await withEngine { sweep in sweep.remove(job: id, workspace: workspace) }
            } catch {
                report("can't find out whether the containers of job \(id) are still in use: \(error)")
            }
        }
    }

    /// Removes images that the settings say this host does without.
    private func prune() async {
        let rules = PruneRules(settings.value.docker.prune)
        guard !rules.isOff else { return }
        await withEngine { [report] sweep in
            do throws(ExecutionError) {
                let removed = try sweep.prune(rules, now: Date().timeIntervalSince1970)
                if !removed.isEmpty { report("Docker Engine: removed \(removed.joined(separator: ", ")), as docker.prune says") }
                return []
            } catch {
                return [error.message]
            }
        }
    }

    /// Whether a worker has the job, or is about to say how it ended.
    private func isRunning(_ id: Int64) async throws -> Bool {
        guard let job = try await store.job(id) else { return false }
        if job.status != .completed { return true }
        return try FileLock.isLocked(folders.job(id, ofRun: job.runID).lock)
    }

    /// Does something with the engine, if there is one, and reports what went wrong.
    private func withEngine(_ work: @escaping @Sendable (EngineSweep) -> [String]) async {
        guard let address = settings.value.docker.engine else { return }
        let instance = folders.instance
        let problems = await Self.queue.run { () -> [String] in
            do throws(ExecutionError) { return work(try EngineSweep(at: address, instance: instance)) } catch {
                return [error.message]
            }
        }
        let isNew = lastProblem.withLock { last in
            defer { last = problems.first }
            return problems.first != nil && problems.first != last
        }
        if isNew { for problem in problems { report("Docker Engine: \(problem)") } }
    }
}

extension PruneRules {
    fileprivate init(_ settings: PruneSettings) {
        self.init(
            unnamedAge: settings.unnamed?.seconds, keptTags: settings.keep, label: settings.label,
            leastFree: settings.free.map(Int64.init))
    }
}
