internal import Execution
public import FoundationEssentials
public import Plan
public import Store
internal import Synchronization
internal import WakeUps

/// Decides what runs when. One task takes inputs in order, so no decision ever sees half of another.
///
/// Whatever is decided is stored first and done then: a daemon that dies in between finds it in the store again. What comes
/// in while that is being stored is decided together next, in one transaction.
public final class Scheduler: Sendable {
    enum Input: Sendable {
        case add(RunState)
        case ended(JobEnd)
        case requeue(job: Int64)
        case cancel(run: Int64, reason: String, letsRunningFinish: Bool, reply: CheckedContinuation<SchedulingError?, Never>)
        case rerun(RerunRequest, reply: CheckedContinuation<Result<Run, SchedulingError>, Never>)
        case capacity(Int)
        case override(ApprovalAnswer, reply: CheckedContinuation<Result<Run, SchedulingError>, Never>)
        case answer(ApprovalAnswer, reply: CheckedContinuation<Result<Job, SchedulingError>, Never>)
        /// A moment has come that something waits for.
        case tick
    }

    struct RerunRequest: Sendable {
        var run: Int64
        var selection: RerunSelection
        var reason: String
        var options: AttemptOptions
        /// The account of who asks.
        var asker: String?
    }

    /// Unbounded: each input is a job's end or an operator's request, never lost and never many.
    private let inputs = Mutex<[Input]>([])
    private let news: AsyncStream<Void>
    private let tell: AsyncStream<Void>.Continuation
    let store: Store
    let launcher: any JobLauncher
    let returner: (any StageReturner)?
    let facts: @Sendable (String) -> RepositoryFacts?
    let now: @Sendable () -> Date
    let report: @Sendable (String) -> Void
    private let initialCapacity: Int
    /// The next moment at which something is due by itself.
    private let deadline = Mutex<Date?>(nil)
    private let deadlineChanged = WakeUp()

    /// - Parameters:
    ///   - returner: puts back what failed stages deployed; nil: nobody does.
    ///   - capacity: jobs at a time.
    ///   - facts: what the settings say of a repository; nil for one that is no longer in them.
    ///   - report: told of what went wrong and could not be put on a run's page.
    public init(
        store: Store, launcher: any JobLauncher, returner: (any StageReturner)? = nil, capacity: Int,
        facts: @escaping @Sendable (String) -> RepositoryFacts?,
        now: @escaping @Sendable () -> Date, report: @escaping @Sendable (String) -> Void
    ) {
        self.store = store
        self.launcher = launcher
        self.returner = returner
        self.initialCapacity = capacity
        self.facts = facts
        self.now = now
        self.report = report
        (news, tell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Takes inputs until the task is cancelled. `recovered` are the runs that were unfinished when the daemon started.
    public func run(recovered: [RunState]) async {
        let loop = SchedulingLoop(scheduler: self, capacity: initialCapacity)
        await withDiscardingTaskGroup { group in
            group.addTask { await self.watchClock() }
            for start in await loop.recover(recovered) { group.addTask { await self.launch(start) } }
            setDeadline(await loop.nextDeadline)
            for await _ in news {
                let batch = inputs.withLock { inputs in
                    defer { inputs = [] }
                    return inputs
                }
                // Launches are waited for by nobody: the next ends are not to wait for the next starts.
                for start in await loop.take(batch) { group.addTask { await self.launch(start) } }
                setDeadline(await loop.nextDeadline)
            }
        }
    }

    // MARK: - The clock

    private func setDeadline(_ date: Date?) {
        let isNew = deadline.withLock { deadline in
            defer { deadline = date }
            return deadline != date
        }
        if isNew { deadlineChanged.signal() }
    }

    /// Tells the loop when the next deadline is over. Waits without end while there is none.
    private func watchClock() async {
        while !Task.isCancelled {
            let next = deadline.withLock { $0 }
            await deadlineChanged.wait(untilClockShows: next.map { max(0, $0.timeIntervalSince(now())) })
            let isDue = deadline.withLock { deadline in
                guard let date = deadline, date <= now() else { return false }
                deadline = nil
                return true
            }
            if isDue { send(.tick) }
        }
    }

    private func launch(_ start: JobStart) async {
        do throws(LaunchError) {
            try await checkDeployOrder(of: start)
            try await launcher.launch(start)
        } catch {
            var finish = JournalRecord.JobFinish.lost(reason: error.message, at: now())
            finish.conclusion = error.conclusion
            jobEnded(JobEnd(jobID: start.job.id, finish: finish))
        }
    }

    private func send(_ input: Input...) {
        guard !input.isEmpty else { return }
        inputs.withLock { $0 += input }
        tell.yield()
    }

    /// New runs, already stored.
    public func add(_ states: [RunState]) {
        for state in states where state.run.status != .completed { send(.add(state)) }
    }

    public func jobEnded(_ end: JobEnd) { send(.ended(end)) }

    /// The worker of a job died before it had the order: the job may start again, nothing of it was executed.
    public func jobNeverStarted(_ id: Int64) { send(.requeue(job: id)) }

    public func setCapacity(_ capacity: Int) { send(.capacity(capacity)) }

    /// Stops a run: its waiting jobs end at once, its running ones get TERM, then KILL. A second call stops their
    /// `always()` steps, too.
    ///
    /// - Parameter letsRunningFinish: its running jobs go on to their end, and no other starts.
    public func cancel(
        run id: Int64, reason: String, letsRunningFinish: Bool = false
    ) async throws(SchedulingError) {
        let failure = await withCheckedContinuation { reply in
            send(.cancel(run: id, reason: reason, letsRunningFinish: letsRunningFinish, reply: reply))
        }
        if let failure { throw failure }
    }

    /// Takes a person's answer to a job's request for an approval.
    ///
    /// - Returns: the job as it was before. What was decided is stored by then.
    /// - Throws: `forbidden` for who is not among those who may answer, `conflict` where the job does not wait for an answer.
    public func answer(_ answer: ApprovalAnswer) async throws(SchedulingError) -> Job {
        try await withCheckedContinuation { reply in send(.answer(answer, reply: reply)) }.get()
    }

    /// Lets a job pass that its gate failed: makes and starts an attempt in which the job counts as passed, and all that needs it
    /// runs.
    ///
    /// - Throws: `forbidden` for who is not among those who may; `conflict` where the run is not completed, or no gate of the job
    ///   alone failed it.
    public func override(_ answer: ApprovalAnswer) async throws(SchedulingError) -> Run {
        try await withCheckedContinuation { reply in send(.override(answer, reply: reply)) }.get()
    }

    /// Makes and starts the next attempt of a completed run. Of one that is not, jobs that have ended run again in the same attempt.
    ///
    /// - Parameters:
    ///   - options: of the attempt.
    ///   - asker: the account of who asks; environments may want somebody else to approve.
    public func rerun(
        run id: Int64, jobs: RerunSelection, reason: String, options: AttemptOptions = AttemptOptions(), by asker: String? = nil
    ) async throws(SchedulingError) -> Run {
        let result = await withCheckedContinuation { reply in
            send(.rerun(RerunRequest(run: id, selection: jobs, reason: reason, options: options, asker: asker), reply: reply))
        }
        return try result.get()
    }
}
