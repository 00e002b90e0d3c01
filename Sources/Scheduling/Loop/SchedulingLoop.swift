internal import Execution
internal import Expressions
internal import FoundationEssentials
internal import Plan
internal import Store

/// The scheduler's state: the unfinished runs, the concurrency groups and the capacity. An actor used by one task only, batch by
/// batch.
actor SchedulingLoop {
    let scheduler: Scheduler
    var machines: [Int64: RunMachine] = [:]
    var groups = ConcurrencyGroups()
    /// Run of each job that is not completed, so that a job's end is found without a search.
    private var runOfJob: [Int64: Int64] = [:]
    /// Runs that may have a job to start, in the order in which they came to have one. Short of those that have none any more,
    /// which are dropped when they are met.
    private var startable: [Int64] = []
    /// Runs that are to be decided about.
    private var due: [Int64] = []
    private var capacity: Int
    private var workingCount = 0
    /// When the next request for an approval is over, of runs that have one.
    private(set) var deadlines: [Int64: Date] = [:]
    /// How often the worker of a job died before it had begun; of jobs that are not completed.
    private var falseStarts: [Int64: Int] = [:]
    private static let falseStartLimit = 3

    init(scheduler: Scheduler, capacity: Int) {
        self.scheduler = scheduler
        self.capacity = capacity
    }

    /// Goes on with the runs that the store has: it may be ahead of the decisions.
    ///
    /// - Returns: the jobs whose workers are to be started now; the same of `take`.
    func recover(_ states: [RunState]) async -> [JobStart] {
        for state in states { add(state) }
        await retryStages()
        // Tells the workers of cancelled jobs again: the daemon may have ended before it did.
        var work = SchedulingWork()
        for state in states {
            for job in state.jobs where job.status == .running && !job.isCall && job.cancelRequested {
                let reason = state.run.cancelReason ?? "cancelled before the daemon was restarted"
                work.cancellations.append(.init(job: job, reason: reason, isRepeated: false))
            }
        }
        return await decide(&work)
    }

    func take(_ inputs: [Scheduler.Input]) async -> [JobStart] {
        var work = SchedulingWork()
        for input in inputs { await take(input, &work) }
        return await decide(&work)
    }

    // MARK: - Inputs

    private func take(_ input: Scheduler.Input, _ work: inout SchedulingWork) async {
        switch input {
        case .add(let state):
            add(state)
        case .ended(let end):
            take(end, &work)
        case .requeue(let job):
            requeue(job, &work)
        case .capacity(let capacity):
            self.capacity = capacity
        case .cancel(let run, let reason, let letsRunningFinish, let reply):
            guard machines[run] != nil else { return reply.resume(returning: await whyNotRunning(run)) }
            change(run, &work) { machine in
                machine.cancel(reason: reason, letsRunningFinish: letsRunningFinish, at: scheduler.now())
            }
            work.replies.append { reply.resume(returning: nil) }
        case .answer(let answer, let reply):
            await self.answer(answer, &work, reply: reply)
        case .override(let answer, let reply):
            if machines[answer.run] != nil {
                overrideUnderWay(answer, &work, reply: reply)
            } else {
                reply.resume(returning: await override(answer))
            }
        case .tick:
            due += overdue(at: scheduler.now())
        case .rerun(let request, let reply):
            if machines[request.run] != nil {
                repeatJobs(request, &work, reply: reply)
            } else {
                reply.resume(returning: await rerun(request))
            }
        }
    }

    func add(_ state: RunState) {
        guard machines[state.run.id] == nil else { return }
        let name = state.run.repository
        let facts = scheduler.facts(name) ?? .unknown(name)
        let machine = RunMachine(state: state, facts: facts)
        for entry in machine.holdings() { groups.hold(entry, of: name) }
        workingCount += machine.jobs.workingCount
        machines[state.run.id] = machine
        deadlines[state.run.id] = machine.nextDeadline
        index(state.jobs)
        due.append(state.run.id)
    }

    private func take(_ end: JobEnd, _ work: inout SchedulingWork) {
        guard let run = runOfJob[end.jobID], machines[run]?.job(end.jobID)?.status == .running else { return }
        runOfJob[end.jobID] = nil
        falseStarts[end.jobID] = nil
        change(run, &work) { machine in machine.ended(end.jobID, end.finish) }
    }

    private func requeue(_ id: Int64, _ work: inout SchedulingWork) {
        guard let run = runOfJob[id], machines[run]?.job(id)?.status == .running else { return }
        falseStarts[id, default: 0] += 1
        guard falseStarts[id, default: 0] < Self.falseStartLimit else {
            let reason = "its worker died \(Self.falseStartLimit) times before it began: see the daemon's log, memory and disk"
            return take(JobEnd(jobID: id, finish: .lost(reason: reason, at: scheduler.now())), &work)
        }
        change(run, &work) { machine in machine.requeued(id, at: scheduler.now()) }
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
        do {
            guard let state = try await scheduler.store.runState(request.run) else {
                return .failure(SchedulingError(.notFound, "there is no run \(request.run)"))
            }
            if let objection = RepeatRules.objection(toRepeating: state.run) { throw objection }
            guard !state.plan.jobs.isEmpty else { throw SchedulingError(.conflict, "run \(request.run) has no jobs") }
            let rerun = Rerun(state: state, selection: request.selection)
            try checkRollback(of: state, request.selection)
            try await checkStages(of: rerun, state, request.selection)
            let rows = try rerun.rows(at: scheduler.now())
            return .success(
                try await begin(rows, of: state, reason: request.reason, options: request.options, asker: request.asker))
        } catch let error as SchedulingError {
            return .failure(error)
        } catch {
            return .failure(SchedulingError(.store, "\(error)"))
        }
    }

    /// Jobs that have ended run again while others of their run go on.
    private func repeatJobs(
        _ request: Scheduler.RerunRequest, _ work: inout SchedulingWork,
        reply: CheckedContinuation<Result<Run, SchedulingError>, Never>
    ) {
        do throws(SchedulingError) {
            guard let machine = machines[request.run] else {
                throw SchedulingError(.notFound, "there is no run \(request.run)")
            }
            guard request.options == AttemptOptions() else {
                throw SchedulingError(
                    .conflict,
                    "run \(request.run) is not completed: debug logging and pauses are for whole attempts, wait for its end")
            }
            let ended = try machine.repeats(of: request.selection)
            let run = machine.run
            change(request.run, &work) { $0.repeat(ended, remark: request.reason, by: request.asker, at: scheduler.now()) }
            work.replies.append { reply.resume(returning: .success(run)) }
        } catch {
            reply.resume(returning: .failure(error))
        }
    }

    /// - Parameter asker: who asked for the attempt; nil where nobody did, or somebody by an answer: then those who had asked for
    ///   the one before are this one's, too.
    func begin(
        _ rows: [Job], of state: RunState, reason: String, options: AttemptOptions = AttemptOptions(), asker: String? = nil
    ) async throws(StoreError) -> Run {
        var next = state
        next.run.take(options)
        next.run.attempt += 1
        if let asker { next.run.askers = [asker] }
        // Who let a gate pass that this attempt takes over wants what follows as much as who asks for it.
        for case .some(let approval) in rows.map(\.approval) where approval.kind == .override {
            guard let actor = approval.answer?.actor.map(Actor.account(named:)), !next.run.askers.contains(actor) else {
                continue
            }
            next.run.askers.append(actor)
        }
        next.run.status = .queued
        next.run.conclusion = nil
        next.run.reason = reason
        next.run.attemptReason = reason
        next.run.cancelReason = nil
        next.run.startedAt = nil
        next.run.finishedAt = nil
        next.run.claims = []
        next.jobs = try await scheduler.store.apply([.updateRun(next.run), .clearRetry(run: next.run.id), .insertJobs(rows)])
        add(next)
        return next.run
    }

    // MARK: - Decisions

    /// Has a run changed, and decided about with what else is due.
    func change(
        _ run: Int64, _ work: inout SchedulingWork, isDue: Bool = true,
        _ change: (inout RunMachine) -> RunMachine.Decision
    ) {
        let before = machines[run]?.jobs.workingCount ?? 0
        guard let decision = machines[run]?.apply(change) else { return }
        workingCount += (machines[run]?.jobs.workingCount ?? 0) - before
        deadlines[run] = machines[run]?.nextDeadline
        work.add(decision.changes, ofRun: run)
        work.cancellations += decision.cancellations
        if isDue { due.append(run) }
        for displacement in decision.displaced {
            self.change(displacement.member.run, &work) { $0.displaced(displacement, at: scheduler.now()) }
        }
        for member in decision.left { take(groups.leave(member), &work) }
    }

    private func take(_ succession: ConcurrencyGroups.Succession, _ work: inout SchedulingWork) {
        for admission in succession.admitted {
            change(admission.member.run, &work) { $0.admitted(admission.member, to: admission.group) }
        }
        for displacement in succession.waiting {
            change(displacement.member.run, &work) { $0.waits(displacement) }
        }
    }

    /// Decides what follows, starts what fits, and stores it, in one transaction unless a matrix or a call makes new rows: what
    /// these make possible is decided once they are stored.
    private func decide(_ work: inout SchedulingWork) async -> [JobStart] {
        repeat {
            advance(&work)
            startWhatFits(&work)
            guard !work.isEmpty else { break }
            await store(&work)
        } while !due.isEmpty
        for cancellation in work.cancellations {
            await scheduler.launcher.cancel(
                job: cancellation.job, reason: cancellation.reason, isRepeated: cancellation.isRepeated)
        }
        for reply in work.replies { reply() }
        return work.starts
    }

    private func advance(_ work: inout SchedulingWork) {
        var touched: Set<Int64> = []
        while !due.isEmpty {
            let runs = due
            due = []
            var seen: Set<Int64> = []
            for run in runs where seen.insert(run).inserted {
                touched.insert(run)
                change(run, &work, isDue: false) { $0.advance(at: scheduler.now(), groups: &groups) }
            }
        }
        for run in touched.sorted() { noteStartable(run) }
    }

    private func noteStartable(_ run: Int64) {
        guard machines[run]?.hasQueuedJobs ?? false, !startable.contains(run) else { return }
        startable.append(run)
    }

    /// Starts queued jobs while there is capacity: the run first that waits longest, in it the file's order.
    private func startWhatFits(_ work: inout SchedulingWork) {
        var skipped = 0
        while workingCount < capacity, skipped < startable.count {
            let run = startable[skipped]
            guard machines[run]?.hasQueuedJobs ?? false else {
                startable.remove(at: skipped)
                continue
            }
            // What its matrix holds back waits for one of its own jobs, and nobody else has to.
            guard let job = machines[run]?.nextStartable() else {
                skipped += 1
                continue
            }
            start(job, &work)
        }
    }

    private func start(_ job: Job, _ work: inout SchedulingWork) {
        let run = job.runID
        change(run, &work, isDue: false) { $0.started(job.id, at: scheduler.now()) }
        if let started = machines[run]?.job(job.id), let start = machines[run]?.start(of: started) {
            work.starts.append(start)
        }
    }

    // MARK: - The store

    /// Stores what was decided, and takes over the rows that came of it. A disk that is full is waited for: what is not on it
    /// must not happen.
    private func store(_ work: inout SchedulingWork) async {
        let (order, changes) = (work.order, work.changes)
        let all = work.all
        work.clearChanges()
        if let inserted = await apply(all, isTried: order.count == 1) {
            take(inserted)
        } else {
            // One run's trouble is not to be that of the others.
            for run in order {
                if order.count > 1, let inserted = await apply(changes[run] ?? [], isTried: true) {
                    take(inserted)
                } else {
                    work.drop(run)
                    if !Task.isCancelled { await reload(run, &work) }
                }
            }
        }
        for run in order where machines[run]?.isComplete ?? false {
            let state = machines[run]?.state
            forget(run)
            if let state {
                await retryStage(of: state)
                await rollBackStage(of: state)
            }
        }
    }

    /// Nil where the changes can't be stored, or the daemon stops before they could be.
    private func apply(_ changes: [SchedulingChange], isTried: Bool) async -> [Job]? {
        var delay = 0.5
        while !Task.isCancelled {
            do { return try await scheduler.store.apply(changes) } catch {
                let isWaitedFor = [.diskFull, .busy, .notWritable].contains(error.kind)
                if isWaitedFor || isTried { scheduler.report("can't store what was decided: \(error)") }
                guard isWaitedFor else { return nil }
            }
            try? await Task.sleep(for: .seconds(delay))
            delay = min(delay * 2, 30)
        }
        return nil
    }

    private func take(_ inserted: [Job]) {
        guard !inserted.isEmpty else { return }
        index(inserted)
        for (run, rows) in Dictionary(grouping: inserted, by: \.runID) {
            machines[run]?.inserted(rows)
            due.append(run)
        }
    }

    /// Goes on with a run as the store has it.
    private func reload(_ run: Int64, _ work: inout SchedulingWork) async {
        let members = machines[run].map { machine in
            [machine.member] + machine.jobs.all.map { ConcurrencyGroups.Member(run: run, job: $0.id) }
        }
        forget(run)
        for member in members ?? [] { take(groups.leave(member), &work) }
        // Decided anew, it would come to what can't be stored again, and all others would wait for that.
        guard work.reloaded.insert(run).inserted else {
            return scheduler.report("run \(run) is left alone: it goes on when the daemon is restarted")
        }
        do {
            if let state = try await scheduler.store.runState(run), state.run.status != .completed { add(state) }
        } catch {
            scheduler.report("can't read run \(run): it goes on when the daemon is restarted: \(error)")
        }
    }

    private func index(_ jobs: [Job]) {
        for job in jobs where job.status != .completed { runOfJob[job.id] = job.runID }
    }

    private func forget(_ run: Int64) {
        guard let machine = machines.removeValue(forKey: run) else { return }
        workingCount -= machine.jobs.workingCount
        deadlines[run] = nil
        for job in machine.jobs.all {
            runOfJob[job.id] = nil
            falseStarts[job.id] = nil
        }
    }
}
