internal import Execution
internal import FoundationEssentials
internal import Plan
internal import Processes
internal import Store
internal import WakeUps

/// Follows one job's journal into the store, from where the store is to the worker's last record, or its death.
///
/// What is applied and how far it was read are stored in one transaction, so a daemon that dies at any point goes on without
/// losing or doubling a record.
struct JobFollower {
    /// How following ended.
    enum End {
        case finished(JournalRecord.JobFinish)
        /// The worker is gone without a last record.
        case lost(at: Date, reason: String)
        /// The worker had to be killed.
        case killed(at: Date, WorkerDeadline.Verdict)
        /// It was gone before it had begun: nothing was executed.
        case neverStarted
    }

    let job: Job
    let folder: JobFolder
    let store: Store
    let watch: FolderWatch
    /// Nil where another daemon started the worker: the journal says which process it is.
    let process: ForkedProcess?
    let deadline: WorkerDeadline
    let now: @Sendable () -> Date
    /// Called once when the worker is known to have begun.
    let begun: @Sendable () async -> Void
    /// Called when the job's first command is over, or takes its time; not where the job ends before.
    let settled: @Sendable () async -> Void
    let report: @Sendable (String) -> Void
    /// The names of a repository's environments in the settings.
    var environments: @Sendable (String) -> [String] = { _ in [] }
    /// Called where the job asks for newer credentials of AWS; does not wait for the answer.
    var credentialsWanted: @Sendable () -> Void = {}

    /// How long a killed worker may take to be gone until all that it may have left is killed, again and again.
    private static let killInterval = Duration.seconds(5)
    /// How long a job's first command is left undisturbed.
    private static let settlingTime = Duration.milliseconds(250)

    /// Returns when the job is over; throws only where the journal can't be read or the store not be written.
    func follow() async throws -> End {
        try await withThrowingTaskGroup(of: Void.self) { group in
            // Ends what still waits for the worker or the deadline.
            defer { group.cancelAll() }
            return try await follow(wakingBy: &group)
        }
    }

    /// - Parameter group: its tasks signal the end of the worker and the deadline, each once: a task for each line of the journal
    ///   would cost more than the line.
    private func follow(wakingBy group: inout ThrowingTaskGroup<Void, any Error>) async throws -> End {
        var transcript = JobTranscript(jobID: job.id, steps: try await store.steps(ofJob: job.id))
        // What the store has already is read once more for what it does not keep: the worker's process, and whether the job is over.
        let known = try await store.progressOffset(ofJob: job.id)
        _ = transcript.take(try JournalReader(path: folder.journal).records(from: 0, to: known))
        try await answer(transcript.takeRequests())
        // Whether it was answered nobody knows; others more do no harm.
        if transcript.takeCredentialQuestion() { credentialsWanted() }
        var worker = process
        var isBegun = false
        var settling: SuspendingClock.Instant? = .now + Self.settlingTime
        var killing = Killing(moment: deadline.moment)
        let news = deadline.news
        let watching = watch.watch(folder.path) { news.signal() }
        defer { watching.end() }
        if let worker { signalEnd(of: worker, in: &group) }
        while !Task.isCancelled {
            // Looked at before the journal is read: what a dead worker wrote last is read all the same.
            let isGone = try isGone(worker)
            let batch = try JournalReader(path: folder.journal).records(from: transcript.offset)
            if let progress = transcript.take(batch) { try await apply(progress) }
            try await answer(transcript.takeRequests())
            if transcript.takeCredentialQuestion() { credentialsWanted() }
            if let finish = transcript.finish { return .finished(finish) }
            if isGone { return try await end(of: transcript, wasKilled: killing.isUnderWay) }
            killIfDue(&killing, processID: transcript.processID)
            if !isBegun, let pid = transcript.processID {
                isBegun = true
                if worker == nil, let adopted = FileLock.holder(of: folder.lock, pid: pid) {
                    worker = adopted
                    signalEnd(of: adopted, in: &group)
                }
                await begun()
            }
            if let due = settling, transcript.hasRunSomething || due <= .now {
                settling = nil
                await settled()
            }
            if killing.armed != killing.moment {
                killing.armed = killing.moment
                group.addTask { [moment = killing.moment] in
                    try await Task.sleep(until: moment, clock: .suspending)
                    news.signal()
                }
            }
            await waitForNews(worker: worker, isSettled: settling == nil)
        }
        throw CancellationError()
    }

    /// When the worker is killed next.
    private struct Killing {
        var moment: SuspendingClock.Instant
        /// The moment that a task waits for.
        var armed: SuspendingClock.Instant?
        var isUnderWay = false
    }

    private func killIfDue(_ killing: inout Killing, processID: Int32?) {
        if !killing.isUnderWay { killing.moment = deadline.moment }
        guard killing.moment <= .now, let verdict = deadline.verdict else { return }
        report("job \(job.id): its worker is killed: \(verdict.reason)")
        StuckWorker(lock: folder.lock, processID: processID).kill(isRepeated: killing.isUnderWay)
        killing.isUnderWay = true
        killing.moment = .now + Self.killInterval
    }

    private func signalEnd(of worker: ForkedProcess, in group: inout ThrowingTaskGroup<Void, any Error>) {
        group.addTask { [news = deadline.news] in
            await worker.exit()
            news.signal()
        }
    }

    /// - Throws: where the store has another stretch of the journal than was thought: following begins anew then.
    private func apply(_ progress: JobProgress) async throws {
        guard try await store.apply(progress) else {
            throw DaemonError("the store does not have the journal up to byte \(progress.from), or not the job")
        }
    }

    /// The end of a job whose worker is gone without a last record.
    private func end(of transcript: JobTranscript, wasKilled: Bool) async throws -> End {
        let verdict = wasKilled ? deadline.verdict : nil
        guard transcript.processID != nil || verdict != nil else { return .neverStarted }
        var rest = transcript.abandoned(at: now(), as: verdict?.conclusion ?? .lost)
        // A daemon that died after it stored this told of the shells' end, which is said once; the rest may be said again.
        if try await store.job(job.id)?.pause == nil { rest.shells = [] }
        try await apply(rest)
        if let verdict { return .killed(at: now(), verdict) }
        return .lost(at: now(), reason: "its worker died (killed, out of memory, or the machine went down)")
    }

    /// By the lock, which the kernel gives up with the worker, never by the age of anything.
    private func isGone(_ worker: ForkedProcess?) throws -> Bool {
        if let worker, !worker.hasEnded { return false }
        return try !FileLock.isLocked(folder.lock)
    }

    /// - Parameter worker: nil, or ended, while another process still holds the lock: one that cleans up after it, or one
    ///   that another daemon was just starting. Their end is told by nothing but the lock, which is asked now and then.
    private func waitForNews(worker: ForkedProcess?, isSettled: Bool) async {
        let isTold = worker.map { !$0.hasEnded } ?? false
        await deadline.news.wait(atMost: isTold ? isSettled ? nil : Self.settlingTime : .milliseconds(100))
    }
}

/// What has been read of a journal, as rows of the store.
struct JobTranscript {
    private(set) var offset: Int64 = 0
    private(set) var processID: Int32?
    private(set) var finish: JournalRecord.JobFinish?
    /// Whether a step of the job's own has ended; the first one only sets the job up.
    var hasRunSomething: Bool { steps.values.contains { $0.number > 1 && $0.status == .completed && $0.conclusion != .skipped } }
    private let jobID: Int64
    private var steps: [Int: Step]
    /// Those whose end was not told yet.
    private var deployments: [Int64: Deployment] = [:]
    private var requests: [BaselineRequest] = []
    private var asksForCredentials = false
    private var isPaused = false
    /// Whose end was not told yet.
    private var openShells: [ShellUse] = []

    /// - Parameter steps: as the store has them, so that a journal which is read again changes nothing.
    init(jobID: Int64, steps: [Step]) {
        self.jobID = jobID
        self.steps = Dictionary(steps.map { ($0.number, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Takes over records. Nil where there were none.
    mutating func take(_ batch: JournalReader.Batch) -> JobProgress? {
        guard batch.to > batch.from else { return nil }
        offset = batch.to
        var progress = JobProgress(jobID: jobID, from: batch.from, to: batch.to)
        var touched: Set<Int> = []
        for record in batch.records { take(record, into: &progress, touched: &touched) }
        progress.steps = touched.sorted().compactMap { steps[$0] }
        return progress
    }

    /// Whether the job asked for newer credentials since the last call.
    mutating func takeCredentialQuestion() -> Bool {
        defer { asksForCredentials = false }
        return asksForCredentials
    }

    /// What gates asked since the last call.
    mutating func takeRequests() -> [BaselineRequest] {
        defer { requests = [] }
        return requests
    }

    /// The end of the steps that the worker's death cut off, or kept from starting.
    func abandoned(at now: Date, as conclusion: Conclusion) -> JobProgress {
        var progress = JobProgress(jobID: jobID, from: offset, to: offset)
        for var step in steps.values.sorted(by: { $0.number < $1.number }) where step.status != .completed {
            let wasRunning = step.status == .running
            step.status = .completed
            step.conclusion = wasRunning ? conclusion : .skipped
            step.outcome = step.conclusion
            step.finishedAt = wasRunning ? now : nil
            progress.steps.append(step)
        }
        if isPaused { progress.pause = .ended }
        progress.shells = openShells.map { use in
            var use = use
            use.end = .init(at: now, reason: "the job's worker died")
            return use
        }
        progress.deployments = deployments.values.sorted { $0.id < $1.id }.map { deployment in
            deployment.ended(.lost, "its worker died before the end was seen", at: now)
        }
        return progress
    }

    private mutating func take(_ record: JournalRecord, into progress: inout JobProgress, touched: inout Set<Int>) {
        switch record {
        case .jobStarted(_, let processID, let names):
            self.processID = processID
            for (index, name) in names.enumerated() {
                steps[index + 1] = Step(jobID: jobID, number: index + 1, name: name)
                touched.insert(index + 1)
            }
        case .stepsPlanned(let from, let names):
            for (index, name) in names.enumerated() {
                steps[from + index] = Step(jobID: jobID, number: from + index, name: name)
                touched.insert(from + index)
            }
        case .stepStarted(let start): begin(start, touched: &touched)
        case .stepFinished(let end): finish(end, into: &progress, touched: &touched)
        case .stepLog(let part):
            steps[part.number]?.logFrom = part.from
            steps[part.number]?.logTo = part.to
            touched.insert(part.number)
            if let to = part.to { progress.logSize = to }
        case .annotation(let annotation):
            progress.annotations.append(annotation)
        case .diagnosis(let diagnosis):
            progress.diagnoses.append(diagnosis)
        case .report(let report):
            progress.reports.append(report)
        case .summary:
            progress.summaryChanged = true
        case .storage(let change):
            progress.storage.append(change)
        case .deployment(let deployment):
            progress.deployments.append(deployment)
            deployments[deployment.id] = deployment.status.isOver ? nil : deployment
        case .gate(let gate):
            progress.gates.append(gate)
        case .baselineAsked(let request):
            requests.append(request)
        case .credentialsAsked:
            asksForCredentials = true
        case .paused(let pause):
            progress.pause = .began(pause)
            isPaused = true
        case .resumed:
            progress.pause = .ended
            isPaused = false
        case .shell(let use):
            progress.shells.append(use)
            openShells.removeAll { $0.actor == use.actor && $0.startedAt == use.startedAt }
            if use.end == nil { openShells.append(use) }
        case .jobFinished(let finish):
            self.finish = finish
            progress.outputs = finish.outputs
            progress.logSize = finish.logSize
        }
    }

    private mutating func begin(_ start: JournalRecord.StepStart, touched: inout Set<Int>) {
        var step = Step(jobID: jobID, number: start.number, name: start.name, status: .running)
        step.startedAt = start.at
        step.logFrom = start.logFrom
        steps[start.number] = step
        touched.insert(start.number)
    }

    private mutating func finish(_ end: JournalRecord.StepFinish, into progress: inout JobProgress, touched: inout Set<Int>) {
        var step = steps[end.number] ?? Step(jobID: jobID, number: end.number, name: end.name)
        step.name = end.name
        step.status = .completed
        step.outcome = end.outcome
        step.conclusion = end.conclusion
        step.exitCode = end.exitCode
        step.reason = end.reason
        step.skipCause = end.skipCause
        step.finishedAt = end.at
        // The log of a step in the background has a record of its own, before this one or after it.
        if let to = end.logTo {
            step.logTo = to
            progress.logSize = to
        }
        steps[end.number] = step
        touched.insert(end.number)
    }
}
