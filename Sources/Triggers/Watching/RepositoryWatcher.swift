public import FoundationEssentials
public import Git
internal import Plan
public import RemoteSources
public import Store
internal import WakeUps

/// Watches one repository: looks at its remote, deals with its deliveries, keeps its schedules, and takes operators' wishes.
///
/// Everything that touches the mirror or becomes an event goes through this actor's `turn`, one after the other, so that two
/// tellers of one push meet a settled state.
public actor RepositoryWatcher {
    let store: Store
    let fetcher: any MirrorFetcher
    /// Gives what pipelines use of other repositories; nil: nothing can be had.
    let sources: ActionSurveyor?
    /// When an event's commit was first found to call workflows of a server that does not answer.
    var sourceOutages: [String: Date] = [:]
    /// Takes over new runs.
    let started: @Sendable ([RunState]) -> Void
    let report: @Sendable (String) -> Void
    let now: @Sendable () -> Date
    let queue: BlockingQueue
    /// For what pages read: it may take long, and holds up no look, delivery or schedule.
    let readingQueue: BlockingQueue
    var repository: WatchedRepository
    var status: RemoteStatus
    var schedules: [ScheduledPipeline] = []
    /// The default branch at the last look; nil before the first, and for an empty repository.
    public internal(set) var knownDefaultBranch: String?
    /// The pipeline files at its head; nil as long as they are not known.
    public internal(set) var knownPipelines: [String]?
    /// The workflows whose runs pipelines of the default branch follow; nil as long as they are not known.
    var followedWorkflows: Set<String>?
    /// The commit that `schedules` were read from.
    var schedulesCommit: ObjectID?

    private let turns = Turnstile()
    private let wakeUp = WakeUp()
    /// Signalled when the schedules have changed.
    let schedulesChanged = WakeUp()
    /// Whether ticks may have passed that no schedule of `schedules` has seen.
    var mayHaveMissedTicks = true
    private var isLookWanted = false

    /// - Parameters:
    ///   - started: called with new runs once they are stored.
    ///   - report: told of what no page shows.
    public init(
        repository: WatchedRepository, store: Store, fetcher: any MirrorFetcher, sources: ActionSurveyor? = nil,
        started: @escaping @Sendable ([RunState]) -> Void, report: @escaping @Sendable (String) -> Void,
        now: @escaping @Sendable () -> Date
    ) {
        self.repository = repository
        self.store = store
        self.fetcher = fetcher
        self.sources = sources
        self.started = started
        self.report = report
        self.now = now
        queue = BlockingQueue(label: "slipway.mirror.\(repository.name)")
        readingQueue = BlockingQueue(label: "slipway.mirror.\(repository.name).reading")
        status = RemoteStatus(repository: repository.name)
    }

    /// New settings of the same repository.
    public func update(_ repository: WatchedRepository) {
        // Their schedules are read again.
        if repository.pipelines != self.repository.pipelines { schedulesCommit = nil }
        self.repository = repository
        wakeUp.signal()
    }

    /// Looks at the remote as soon as possible.
    public func lookNow() {
        isLookWanted = true
        wakeUp.signal()
    }

    /// Sees to it that there is a look at `moment`, also where the settings have no interval; then after a pause, so that a
    /// store that can't be written doesn't make it fetch without end.
    func look(after moment: Date?) {
        status.nextAttemptAt = moment ?? now() + Self.firstDelay
        wakeUp.signal()
    }

    /// Restores what is known and, for a repository never seen before, records where its refs stand: what is there already
    /// starts no runs.
    public func prepare() async {
        do {
            if let known = try await store.remoteStatus(of: repository.name) { status = known }
        } catch {
            report("\(repository.name): can't read how its remote was: \(error)")
        }
        if status.lastSuccessAt == nil { return await look() }
        // Known from the mirror also while the remote is down: its schedules are kept.
        await turn {
            do throws(TriggerError) { try await readSchedules() } catch { report("\(repository.name): \(error.message)") }
        }
    }

    /// Looks, keeps schedules, and starts what follows the repository's runs, until the task is cancelled: one beside the
    /// other, as a remote that hangs must hold no schedule up.
    public func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.keepLooking() }
            group.addTask { await self.keepSchedules() }
            group.addTask { await self.followRuns() }
        }
    }

    private func keepLooking() async {
        if status.lastSuccessAt != nil { await look() }
        while !Task.isCancelled {
            if !isLookDue {
                let delay = status.nextAttemptAt.map { max(0, $0.timeIntervalSince(now())) }
                await wakeUp.wait(atMost: delay.map { .seconds($0) })
            }
            if Task.isCancelled { return }
            if isLookDue { await look() }
        }
    }

    private var isLookDue: Bool {
        if isLookWanted { return true }
        guard let next = status.nextAttemptAt else { return false }
        let now = now()
        // A clock that was set back must not keep it from looking until that time has come again.
        return next <= now || status.lastAttemptAt.map { $0 > now + 60 } ?? false
    }

    private func keepSchedules() async {
        while !Task.isCancelled {
            await fireDueSchedules()
            let delay = nextScheduleAt().map { max(0, $0.timeIntervalSince(now())) }
            await schedulesChanged.wait(untilClockShows: delay)
        }
    }

    /// Fetches, and records what moved.
    func look() async {
        isLookWanted = false
        await turn {
            do throws(TriggerError) {
                try await fetch()
                await dealWithPendingDeliveries()
                try await recordMoves()
                try await readSchedules()
            } catch {
                // How the remote answers is told by the store, once and not at every look.
                if error.message != status.error, !Task.isCancelled { report("\(repository.name): \(error.message)") }
            }
        }
    }

    /// Runs `work` when nobody else has the turn. Actors let others in at every `await`; this does not.
    func turn<Value>(_ work: () async throws(TriggerError) -> Value) async throws(TriggerError) -> Value {
        await turns.take()
        defer { turns.pass() }
        return try await work()
    }

    func turn<Value>(_ work: () async -> Value) async -> Value {
        await turns.take()
        defer { turns.pass() }
        return await work()
    }
}
