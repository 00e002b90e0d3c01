internal import FoundationEssentials
internal import Git
internal import Plan
internal import RemoteSources
internal import Settings
internal import Store
internal import Synchronization
internal import Triggers
internal import WakeUps

/// The watchers of all repositories of the settings, each with a task of its own.
final class Watchers: Sendable {
    private struct Entry {
        var watcher: RepositoryWatcher
        var repository: WatchedRepository
        /// Ends the watcher's task.
        var stop: @Sendable () -> Void
    }

    private let entries = Mutex<[String: Entry]>([:])
    private let tasks = GrowingTaskGroup()
    private let store: Store
    private let fetcher: any MirrorFetcher
    private let sources: ActionSurveyor
    private let started: @Sendable ([RunState]) -> Void
    private let report: @Sendable (String) -> Void
    private let now: @Sendable () -> Date

    init(
        store: Store, fetcher: any MirrorFetcher, sources: ActionSurveyor,
        started: @escaping @Sendable ([RunState]) -> Void,
        report: @escaping @Sendable (String) -> Void, now: @escaping @Sendable () -> Date
    ) {
        self.store = store
        self.fetcher = fetcher
        self.sources = sources
        self.started = started
        self.report = report
        self.now = now
    }

    /// Runs the watchers until the task is cancelled.
    func run() async { await tasks.run() }

    /// Has work done beside the watchers, ended with them.
    func `do`(_ work: @escaping @Sendable () async -> Void) { tasks.add(work) }

    var repositories: [WatchedRepository] { entries.withLock { $0.values.map(\.repository) } }
    func watcher(of name: String) -> RepositoryWatcher? { entries.withLock { $0[name]?.watcher } }

    /// Makes the watchers fit the settings: new ones begin, changed ones go on with what changed, others end.
    func update(_ repositories: [WatchedRepository]) async {
        let names = Set(repositories.map(\.name))
        let (gone, known) = entries.withLock { entries in
            let gone = entries.filter { !names.contains($0.key) }
            for name in gone.keys { entries[name] = nil }
            return (Array(gone.values), entries)
        }
        for entry in gone { entry.stop() }
        var begun: [WakeUp] = []
        for repository in repositories {
            if let entry = known[repository.name] {
                entries.withLock { $0[repository.name]?.repository = repository }
                await entry.watcher.update(repository)
            } else {
                begun.append(begin(repository))
            }
        }
        // Remotes that hang must not keep the page from starting, however many they are.
        await withTaskGroup(of: Void.self) { group in
            for prepared in begun { group.addTask { await prepared.wait(atMost: .seconds(10)) } }
        }
    }

    /// - Returns: what is signalled once the repository has been looked at, or could not be.
    private func begin(_ repository: WatchedRepository) -> WakeUp {
        let watcher = RepositoryWatcher(
            repository: repository, store: store, fetcher: fetcher, sources: sources, started: started, report: report, now: now)
        let prepared = WakeUp()
        // Awaited by the watcher's task below, which may begin only later.
        let preparation = Task {
            await watcher.prepare()
            prepared.signal()
        }
        let stop = WakeUp()
        entries.withLock {
            $0[repository.name] = Entry(watcher: watcher, repository: repository, stop: { stop.signal() })
        }
        tasks.add {
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    await withTaskCancellationHandler {
                        await preparation.value
                    } onCancel: {
                        preparation.cancel()
                    }
                    await watcher.run()
                }
                group.addTask { await stop.wait() }
                await group.next()
                group.cancelAll()
            }
        }
        return prepared
    }
}
