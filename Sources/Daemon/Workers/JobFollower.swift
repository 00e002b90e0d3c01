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
        /// It was gone before it had begun: nothing was executed.
        case neverStarted
    }

    let job: Job
    let folder: JobFolder
    let store: Store
    let watch: FolderWatch
    /// Nil where another daemon started the worker: the journal says which process it is.
    let process: ForkedProcess?
    let now: @Sendable () -> Date
    /// Called once when the worker is known to have begun.
    let begun: @Sendable () async -> Void

    /// Returns when the job is over; throws only where the journal can't be read or the store not be written.
    func follow() async throws -> End {
        var transcript = JobTranscript(jobID: job.id, steps: try await store.steps(ofJob: job.id))
        // What the store has already is read once more for what it does not keep: the worker's process, and whether the job is over.
        let known = try await store.progressOffset(ofJob: job.id)
        _ = transcript.take(try JournalReader(path: folder.journal).records(from: 0, to: known))
        var worker = process
        var isBegun = false
        let news = WakeUp()
        let watching = watch.watch(folder.path) { news.signal() }
        defer { watching.end() }
        while !Task.isCancelled {
            // Looked at before the journal is read: what a dead worker wrote last is read all the same.
            let isGone = try isGone(worker)
            let batch = try JournalReader(path: folder.journal).records(from: transcript.offset)
            let progress = transcript.take(batch)
            if let progress { _ = try await store.apply(progress) }
            if let finish = transcript.finish { return .finished(finish) }
            if isGone {
                guard transcript.processID != nil else { return .neverStarted }
                _ = try await store.apply(transcript.abandoned(at: now()))
                return .lost(at: now(), reason: "its worker died (killed, out of memory, or the machine went down)")
            }
            if !isBegun, let pid = transcript.processID {
                isBegun = true
                if worker == nil { worker = ForkedProcess(adopting: pid) }
                await begun()
            }
            await waitForNews(news, worker: worker)
        }
        throw CancellationError()
    }

    /// By the lock, which the kernel gives up with the worker, never by the age of anything.
    private func isGone(_ worker: ForkedProcess?) throws -> Bool {
        if let worker, !worker.hasEnded { return false }
        return try !FileLock.isLocked(folder.lock)
    }

    /// - Parameter worker: nil, or ended, while another process still holds the lock: one that cleans up after it, or one
    ///   that another daemon was just starting. Their end is told by nothing but the lock, which is asked now and then.
    private func waitForNews(_ news: WakeUp, worker: ForkedProcess?) async {
        guard let worker, !worker.hasEnded else { return await news.wait(atMost: .milliseconds(100)) }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await news.wait() }
            group.addTask { await worker.exit() }
            await group.next()
            group.cancelAll()
        }
    }
}

/// What has been read of a journal, as rows of the store.
struct JobTranscript {
    private(set) var offset: Int64 = 0
    private(set) var processID: Int32?
    private(set) var finish: JournalRecord.JobFinish?
    private let jobID: Int64
    private var steps: [Int: Step]

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

    /// The end of the steps that the worker's death cut off, or kept from starting.
    func abandoned(at now: Date) -> JobProgress {
        var progress = JobProgress(jobID: jobID, from: offset, to: offset)
        for var step in steps.values.sorted(by: { $0.number < $1.number }) where step.status != .completed {
            let wasRunning = step.status == .running
            step.status = .completed
            step.conclusion = wasRunning ? .lost : .skipped
            step.outcome = step.conclusion
            step.finishedAt = wasRunning ? now : nil
            progress.steps.append(step)
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
        case .stepStarted(let start):
            var step = Step(jobID: jobID, number: start.number, name: start.name, status: .running)
            step.startedAt = start.at
            step.logFrom = start.logFrom
            steps[start.number] = step
            touched.insert(start.number)
        case .stepFinished(let end):
            var step = steps[end.number] ?? Step(jobID: jobID, number: end.number, name: end.name)
            step.name = end.name
            step.status = .completed
            step.outcome = end.outcome
            step.conclusion = end.conclusion
            step.exitCode = end.exitCode
            step.reason = end.reason
            step.finishedAt = end.at
            step.logTo = end.logTo
            steps[end.number] = step
            touched.insert(end.number)
            progress.logSize = end.logTo
        case .annotation(let annotation):
            progress.annotations.append(annotation)
        case .summary:
            progress.summaryChanged = true
        case .jobFinished(let finish):
            self.finish = finish
            progress.outputs = finish.outputs
            progress.logSize = finish.logSize
        }
    }
}
