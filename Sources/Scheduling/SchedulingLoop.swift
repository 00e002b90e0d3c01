internal import Execution
internal import Expressions
internal import FoundationEssentials
internal import Plan
internal import Store

/// The scheduler's state: the unfinished runs and the capacity. An actor used by one task only, input by input.
actor SchedulingLoop {
    private let scheduler: Scheduler
    private var machines: [Int64: RunMachine] = [:]
    /// Run of each job that is not completed, so that a job's end is found without a search.
    private var runOfJob: [Int64: Int64] = [:]
    /// Runs that may have a job to start, in the order in which they came to have one. Short of those that have none any more,
    /// which are dropped when they are met.
    private var startable: [Int64] = []
    private var capacity: Int
    private var runningCount = 0
    /// How often the worker of a job died before it had begun; of jobs that are not completed.
    private var falseStarts: [Int64: Int] = [:]
    private static let falseStartLimit = 3

    init(scheduler: Scheduler, capacity: Int) {
        self.scheduler = scheduler
        self.capacity = capacity
    }

    func take(_ input: Scheduler.Input) async {
        switch input {
        case .add(let state):
            add(state)
            await advance(state.run.id)
        case .ended(let end):
            await take(end)
        case .requeue(let job):
            await requeue(job)
        case .capacity(let capacity):
            self.capacity = capacity
        case .cancel(let run, let reason, let reply):
            reply.resume(returning: await cancel(run, reason: reason))
        case .rerun(let request, let reply):
            reply.resume(returning: await rerun(request))
        }
        await startWhatFits()
    }

    func add(_ state: RunState) {
        guard machines[state.run.id] == nil else { return }
        let name = state.run.repository
        let facts = scheduler.facts(name) ?? RepositoryFacts(fullName: name, serverURL: "")
        machines[state.run.id] = RunMachine(state: state, facts: facts)
        index(state.jobs)
    }

    /// Decides about everything that is held: after a start, where the store may be ahead of the decisions.
    func settle() async {
        runningCount = machines.values.reduce(0) { $0 + $1.state.jobs.count { $0.status == .running } }
        await repeatCancellations()
        for id in machines.keys.sorted() { await advance(id) }
        await startWhatFits()
    }

    /// Tells the workers of cancelled jobs again: the daemon may have ended before it did.
    private func repeatCancellations() async {
        for id in machines.keys.sorted() {
            guard let machine = machines[id] else { continue }
            for job in machine.state.jobs where job.status == .running && job.cancelRequested {
                let reason = machine.cancelReason ?? "cancelled before the daemon was restarted"
                await scheduler.launcher.cancel(job: job, reason: reason, isRepeated: false)
            }
        }
    }

    // MARK: - Inputs

    private func take(_ end: JobEnd) async {
        guard let run = runOfJob[end.jobID], var machine = machines[run] else { return }
        guard machine.job(end.jobID)?.status == .running else { return }
        let decision = machine.ended(end.jobID, end.finish)
        machines[run] = machine
        runningCount -= 1
        runOfJob[end.jobID] = nil
        falseStarts[end.jobID] = nil
        await advance(run, after: decision)
    }

    private func requeue(_ id: Int64) async {
        guard let run = runOfJob[id], var machine = machines[run], var job = machine.job(id), job.status == .running else {
            return
        }
        falseStarts[id, default: 0] += 1
        guard falseStarts[id, default: 0] < Self.falseStartLimit else {
            let reason = "its worker died \(Self.falseStartLimit) times before it began: see the daemon's log, memory and disk"
            return await take(JobEnd(jobID: id, finish: .lost(reason: reason, at: scheduler.now())))
        }
        runningCount -= 1
        job.startedAt = nil
        if job.cancelRequested {
            job.conclude(.cancelled, reason: machine.cancelReason ?? "cancelled before it started", at: scheduler.now())
        } else {
            job.status = .queued
        }
        machine.replace(job)
        machines[run] = machine
        await advance(run, after: RunMachine.Decision(changes: [.updateJob(job)]))
    }

    private func cancel(_ run: Int64, reason: String) async -> SchedulingError? {
        guard var machine = machines[run] else { return await whyNotRunning(run) }
        let decision = machine.cancel(reason: reason, at: scheduler.now())
        machines[run] = machine
        await advance(run, after: decision)
        return nil
    }

    private func whyNotRunning(_ run: Int64) async -> SchedulingError {
        do {
            guard let run = try await scheduler.store.run(run) else {
                return SchedulingError(.notFound, "there is no run \(run)")
            }
            return SchedulingError(.conflict, "run \(run.id) is completed: there is nothing to cancel")
        } catch {
            return SchedulingError(.store, "\(error)")
        }
    }

    private func rerun(_ request: Scheduler.RerunRequest) async -> Result<Run, SchedulingError> {
        if machines[request.run] != nil {
            return .failure(
                SchedulingError(.conflict, "run \(request.run) is not completed: cancel it, or wait for its end"))
        }
        do {
            guard let state = try await scheduler.store.runState(request.run) else {
                return .failure(SchedulingError(.notFound, "there is no run \(request.run)"))
            }
            guard state.run.conclusion != .refused, !state.plan.jobs.isEmpty else {
                return .failure(
                    SchedulingError(.conflict, "run \(request.run) was refused: mend its pipeline file and push again"))
            }
            let jobs = try Rerun(state: state, selection: request.selection).jobs(at: scheduler.now())
            return .success(try await begin(jobs, of: state, reason: request.reason))
        } catch let error as SchedulingError {
            return .failure(error)
        } catch {
            return .failure(SchedulingError(.store, "\(error)"))
        }
    }

    private func begin(_ jobs: [Job], of state: RunState, reason: String) async throws(StoreError) -> Run {
        var next = state
        next.run.attempt += 1
        next.run.status = .queued
        next.run.conclusion = nil
        next.run.reason = reason
        next.run.cancelReason = nil
        next.run.startedAt = nil
        next.run.finishedAt = nil
        next.jobs = try await scheduler.store.apply([.updateRun(next.run), .insertJobs(jobs)])
        add(next)
        await advance(next.run.id)
        return machines[next.run.id]?.run ?? next.run
    }

    // MARK: - Decisions

    /// Stores what was decided together with what follows from it, in as few transactions as the matrices allow: what the cells
    /// of one make possible is decided once they are stored.
    private func advance(_ run: Int64, after first: RunMachine.Decision = RunMachine.Decision()) async {
        var decided = first
        while var machine = machines[run] {
            let decision = machine.advance(at: scheduler.now())
            machines[run] = machine
            decided.changes += decision.changes
            decided.cancellations += decision.cancellations
            let expands = decision.changes.contains { if case .insertJobs = $0 { true } else { false } }
            await apply(decided, toRun: run)
            decided = RunMachine.Decision()
            if machines[run]?.isComplete ?? true { return forget(run) }
            if !expands { return noteStartable(run) }
        }
    }

    /// Stores a decision, and only then does it.
    ///
    /// - Returns: whether it is stored. A disk that is full is waited for: what is not on it must not happen.
    @discardableResult
    private func apply(_ decision: RunMachine.Decision, toRun run: Int64) async -> Bool {
        if !decision.changes.isEmpty {
            guard let inserted = await store(decision.changes, ofRun: run) else { return false }
            if !inserted.isEmpty {
                machines[run]?.inserted(inserted)
                index(inserted)
            }
        }
        for cancellation in decision.cancellations {
            await scheduler.launcher.cancel(
                job: cancellation.job, reason: cancellation.reason, isRepeated: cancellation.isRepeated)
        }
        return true
    }

    /// Nil where the changes can't be stored at all, or the daemon stops before they could be: the next one decides anew.
    private func store(_ changes: [SchedulingChange], ofRun run: Int64) async -> [Job]? {
        var delay = 0.5
        while !Task.isCancelled {
            do { return try await scheduler.store.apply(changes) } catch {
                scheduler.report("can't store what was decided about run \(run): \(error)")
                guard [.diskFull, .busy, .notWritable].contains(error.kind) else { return nil }
            }
            try? await Task.sleep(for: .seconds(delay))
            delay = min(delay * 2, 30)
        }
        return nil
    }

    /// Starts queued jobs while there is capacity: the run first that waits longest, in it the file's order.
    private func startWhatFits() async {
        var skipped = 0
        while runningCount < capacity, skipped < startable.count {
            let id = startable[skipped]
            guard let machine = machines[id], machine.hasQueuedJobs else {
                startable.remove(at: skipped)
                continue
            }
            // What its matrix holds back waits for one of its own jobs, and nobody else has to.
            guard let job = machine.startable.first else {
                skipped += 1
                continue
            }
            await start(job.id, ofRun: id)
        }
    }

    private func noteStartable(_ run: Int64) {
        guard let machine = machines[run], machine.hasQueuedJobs, !startable.contains(run) else { return }
        startable.append(run)
    }

    private func start(_ id: Int64, ofRun run: Int64) async {
        guard var machine = machines[run] else { return }
        let now = scheduler.now()
        let changes = machine.started(id, at: now)
        guard let job = machine.job(id), let start = machine.start(of: job) else { return }
        machines[run] = machine
        runningCount += 1
        guard await apply(RunMachine.Decision(changes: changes), toRun: run) else { return }
        do { try await scheduler.launcher.launch(start) } catch {
            let finish = JournalRecord.JobFinish.lost(reason: error.message, at: scheduler.now())
            await take(JobEnd(jobID: id, finish: finish))
        }
    }

    private func index(_ jobs: [Job]) {
        for job in jobs where job.status != .completed { runOfJob[job.id] = job.runID }
    }

    private func forget(_ run: Int64) {
        for job in machines[run]?.state.jobs ?? [] {
            runOfJob[job.id] = nil
            falseStarts[job.id] = nil
        }
        machines[run] = nil
    }
}
