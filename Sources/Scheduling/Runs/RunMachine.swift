internal import Execution
internal import Expressions
internal import FoundationEssentials
internal import Plan
internal import Store

/// Decides what is due in one run. Pure: state and time in, changes out.
///
/// A job begins as one row, `waiting`. When its needs are complete, its `if` is looked at and its matrix expanded into a
/// row a cell; rows that may start are `queued` until the scheduler has capacity for them. A row that calls a workflow is
/// `running` while the rows of the called jobs, which are made for it then, are not all completed.
///
/// What is asked for by an input is decided by the next `advance`, which looks only at the places that it concerns.
struct RunMachine {
    /// What is to be stored, and done, for the decisions of one call.
    struct Decision {
        var changes: [SchedulingChange] = []
        /// Running jobs to be stopped, with the reason.
        var cancellations: [Cancellation] = []
        /// Runs and jobs, of this run or others, that make room in a concurrency group.
        var displaced: [ConcurrencyGroups.Displacement] = []
        /// Those of this run that are to be taken out of their groups.
        var left: [ConcurrencyGroups.Member] = []

        var isEmpty: Bool { changes.isEmpty && cancellations.isEmpty && displaced.isEmpty && left.isEmpty }

        mutating func append(_ other: Decision) {
            changes += other.changes
            cancellations += other.cancellations
            displaced += other.displaced
            left += other.left
        }
    }

    struct Cancellation {
        var job: Job
        var reason: String
        var isRepeated: Bool
    }

    private(set) var run: Run
    let plan: RunPlan
    let event: Event
    let facts: RepositoryFacts
    let planned: PlannedJobs
    let contexts: RunContexts
    var jobs: RunJobs
    /// Places whose waiting rows are to be looked at, in this order.
    private var attention: [RunJobs.Place] = []
    private var attended: Set<RunJobs.Place> = []
    /// Calls whose jobs may all be over.
    private var endingCalls: [Int64] = []
    /// Matrix jobs whose cells are on their way into the store.
    var expanding: Set<Int64> = []
    /// Rows that came while their run, or their call, was being cancelled.
    private var unchecked: [Int64] = []
    var strategies: [RunJobs.Place: MatrixLimits] = [:]
    /// The jobs that wait for an approval, with the moment when they wait no more.
    private(set) var awaited: [Int64: Date] = [:]
    /// The jobs that nothing holds back but the timer of their environment, with the moment when it is over.
    var timers: [Int64: Date] = [:]
    var needsOfPlaces: [RunJobs.Place: ExpressionObject] = [:]

    init(state: RunState, facts: RepositoryFacts) {
        run = state.run
        plan = state.plan
        event = state.event
        self.facts = facts
        planned = PlannedJobs(state.plan)
        contexts = RunContexts(run: state.run, plan: state.plan, event: state.event, facts: facts)
        jobs = RunJobs(state.jobs)
        for job in state.jobs where job.awaitsApproval { awaited[job.id] = job.approval?.until }
        attendAll()
        endingCalls = jobs.all.filter { $0.status == .running && $0.isCall }.map(\.id)
    }

    var state: RunState { RunState(run: run, plan: plan, event: event, jobs: jobs.all) }
    /// An operator cancelled the run, or another one took its place.
    var cancelReason: String? { run.cancelReason }
    var isComplete: Bool { run.status == .completed }
    var member: ConcurrencyGroups.Member { ConcurrencyGroups.Member(run: run.id) }

    func job(_ id: Int64) -> Job? { jobs.job(id) }

    func isCancelled(under caller: Int64?) -> Bool {
        if cancelReason != nil { return true }
        guard let caller, let job = jobs.job(caller) else { return false }
        return job.cancelRequested || isCancelled(under: job.callerID)
    }

    /// Changes it in place, where it is held by others' containers.
    mutating func apply(_ change: (inout RunMachine) -> Decision) -> Decision { change(&self) }

    // MARK: - Attention

    mutating func attend(_ place: RunJobs.Place) {
        if attended.insert(place).inserted { attention.append(place) }
    }

    mutating func attendAll() { for place in jobs.places { attend(place) } }

    /// Everything that follows from what is complete by now, including the run's own end.
    mutating func advance(at now: Date, groups: inout ConcurrencyGroups) -> Decision {
        var decision = Decision()
        guard !isComplete, isAdmitted(at: now, groups: &groups, into: &decision) else { return decision }
        stopUnchecked(at: now, into: &decision)
        expireApprovals(at: now, into: &decision)
        wakeTimers(at: now, into: &decision)
        while true {
            if let call = endingCalls.popLast() {
                endCall(call, at: now, into: &decision)
            } else if !attention.isEmpty {
                let place = attention.removeFirst()
                attended.remove(place)
                look(at: place, at: now, groups: &groups, into: &decision)
            } else {
                break
            }
        }
        concludeIfDone(at: now, into: &decision)
        return decision
    }

    /// Takes over the rows that the store made of a decision's `insertJobs`.
    mutating func inserted(_ rows: [Job]) {
        jobs.insert(rows, insteadOf: expanding)
        expanding = []
        unchecked += rows.map(\.id)
        for row in rows where row.status == .waiting { attend(RunJobs.Place(of: row)) }
    }

    // MARK: - Changes

    mutating func update(_ job: Job, into decision: inout Decision) {
        jobs.replace(job)
        awaited[job.id] = job.awaitsApproval ? job.approval?.until : nil
        if job.status != .waiting { timers[job.id] = nil }
        decision.changes.append(.updateJob(job))
    }

    mutating func update(_ run: Run, into decision: inout Decision) {
        self.run = run
        decision.changes.append(.updateRun(run))
    }

    mutating func conclude(
        _ job: Job, _ conclusion: Conclusion, reason: String?, at now: Date, into decision: inout Decision
    ) {
        var job = job
        job.status = .completed
        job.conclusion = conclusion
        job.reason = reason
        job.finishedAt = now
        complete(job, into: &decision)
    }

    /// Takes over a job that is completed, and sees to what that makes possible.
    mutating func complete(_ job: Job, into decision: inout Decision) {
        var job = job
        if !job.claims.isEmpty {
            decision.left.append(ConcurrencyGroups.Member(run: run.id, job: job.id))
            job.claims = []
        }
        update(job, into: &decision)
        let place = RunJobs.Place(of: job)
        // Of a matrix that is held back by its own limit the next one may start.
        attend(place)
        if jobs.isComplete(place) {
            for key in planned[job.key]?.dependents ?? [] { attend(RunJobs.Place(caller: job.callerID, key: key)) }
        }
        if let caller = job.callerID, jobs.isComplete(under: caller) { endingCalls.append(caller) }
    }

    /// A called workflow without a job is over as it begins.
    mutating func attendEnd(ofCall id: Int64) { endingCalls.append(id) }

    /// What came while its run was being cancelled was not there to be stopped.
    private mutating func stopUnchecked(at now: Date, into decision: inout Decision) {
        let rows = unchecked.compactMap(jobs.job).filter { isCancelled(under: $0.callerID) && !runsWhenCancelled($0) }
        unchecked = []
        stop(rows, reason: cancelReason ?? "its call was cancelled", at: now, isRepeated: false, into: &decision)
    }

    mutating func stop(
        _ jobs: [Job], reason: String, at now: Date, isRepeated: Bool, into decision: inout Decision
    ) {
        for var job in jobs where job.status != .completed && !expanding.contains(job.id) {
            guard job.status == .running else {
                conclude(job, .cancelled, reason: reason, at: now, into: &decision)
                continue
            }
            if job.isCall {
                // It ends when its jobs have; until then it is what tells them.
                job.reason = reason
            } else {
                decision.cancellations.append(
                    Cancellation(job: job, reason: reason, isRepeated: isRepeated && job.cancelRequested))
            }
            job.cancelRequested = true
            update(job, into: &decision)
            if job.isCall { for place in self.jobs.places(under: job.id) { attend(place) } }
        }
    }

    /// A waiting job whose `if` asks for a status may still want to run after a cancel (`always()`).
    func runsWhenCancelled(_ job: Job) -> Bool {
        guard job.status == .waiting, job.claims.isEmpty, job.approval == nil, job.environment == nil,
            let plan = planned[job.key]?.plan
        else { return false }
        return plan.condition != .whenSuccessful && plan.condition.callsStatusFunction
    }

    // MARK: - The end

    private mutating func concludeIfDone(at now: Date, into decision: inout Decision) {
        guard !isComplete, jobs.isComplete(under: nil) else { return }
        let rows = jobs.rows(under: nil)
        let conclusion = RunConclusion.conclusion(of: rows, isCancelled: cancelReason != nil)
        end(
            as: conclusion, reason: RunConclusion.reason(of: rows, conclusion: conclusion, cancelReason: cancelReason), at: now,
            into: &decision)
    }

    mutating func end(as conclusion: Conclusion, reason: String?, at now: Date, into decision: inout Decision) {
        var run = run
        run.status = .completed
        run.conclusion = conclusion
        run.reason = reason
        run.finishedAt = now
        if !run.claims.isEmpty {
            decision.left.append(member)
            run.claims = []
        }
        update(run, into: &decision)
        // In the same transaction: a daemon that dies right after it has not forgotten the retry, or the rollback.
        if state.retryByItself != nil || state.stageToRollBack != nil { decision.changes.append(.noteRetry(run: run.id)) }
    }
}

/// How a run, or a call of a workflow, ends, by the ends of its jobs.
enum RunConclusion {
    static func conclusion(of jobs: [Job], isCancelled: Bool) -> Conclusion {
        let conclusions = Set(jobs.map { $0.effectiveConclusion ?? .skipped })
        if isCancelled, conclusions.contains(.cancelled) { return .cancelled }
        for conclusion in [Conclusion.failure, .lost, .timedOut, .refused, .cancelled, .success]
        where conclusions.contains(conclusion) { return conclusion }
        return .skipped
    }

    /// The same in a sentence.
    static func reason(of jobs: [Job], conclusion: Conclusion, cancelReason: String?) -> String? {
        switch conclusion {
        case .success: return nil
        case .cancelled where cancelReason != nil: return cancelReason
        case .skipped: return "no job's condition holds"
        default: break
        }
        let culprits = jobs.filter { $0.effectiveConclusion == conclusion }
        guard let first = culprits.first else { return nil }
        let others = culprits.count > 1 ? " and \(culprits.count - 1) more" : ""
        // A call names the job inside.
        if first.isCall, let reason = first.reason, others.isEmpty { return reason }
        return "job \(first.name)\(others): \(first.reason ?? conclusion.rawValue)"
    }
}
