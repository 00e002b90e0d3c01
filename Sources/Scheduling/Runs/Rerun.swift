internal import Expressions
internal import FoundationEssentials
public import Plan
internal import Store

/// Which jobs of a run are to run again.
public enum RerunSelection: Equatable, Sendable {
    case all
    /// The failed, cancelled, lost ones, and what was skipped because of them.
    case failed
    /// These jobs of the newest attempt, and all that need them.
    case only([Int64])
    /// These jobs of the newest attempt; what needs them keeps its result.
    case alone([Int64])
    /// A stage of a pipeline, and all that need it.
    case stage(String, StageRetry)
    /// What needs this job, which a gate failed and somebody lets pass.
    case after(Int64, JobApproval.Answer)
}

/// Makes the rows of a run's next attempt.
struct Rerun {
    private let state: RunState
    private let selection: RerunSelection
    private let jobs: RunJobs
    private let planned: PlannedJobs

    init(state: RunState, selection: RerunSelection) {
        self.state = state
        self.selection = selection
        jobs = RunJobs(state.jobs)
        planned = PlannedJobs(state.plan)
    }

    /// What becomes of a job in the next attempt.
    private enum Fate {
        case reused
        /// It runs anew, wholly.
        case fresh
        /// It calls a workflow, of which some jobs run again.
        case resumed
    }

    /// - Returns: the rows to insert: fresh ones for the selected jobs and their dependents, and copies of the others. Rows that
    ///   call others have a negative id, by which those name them.
    func rows(at now: Date) throws(SchedulingError) -> [Job] {
        let chosen = try chosenIDs()
        guard !chosen.isEmpty || overridden != nil else {
            throw SchedulingError(.conflict, "run \(state.run.id) has no failed job: choose all jobs or one of them")
        }
        var fates: [Int64: Fate] = [:]
        for id in chosen.union(overridden.map { [$0] } ?? []) {
            if id != overridden { fates[id] = .fresh }
            for caller in jobs.job(id).map(jobs.callers) ?? [] where !chosen.contains(caller.id) { fates[caller.id] = .resumed }
        }
        var rows: [Job] = []
        add(under: nil, calledBy: nil, fates: fates, at: now, to: &rows)
        return rows
    }

    private func add(
        under caller: Int64?, calledBy newCaller: Int64?, fates: [Int64: Fate], at now: Date, to rows: inout [Job]
    ) {
        for place in jobs.places(under: caller) {
            let cells = jobs.rows(at: place)
            // A whole matrix is expanded anew, since its axes may come from a job that runs again, too.
            if cells.allSatisfy({ fates[$0.id] == .fresh }), let first = cells.first {
                rows.append(fresh(first, calledBy: newCaller, keepsCell: false, at: now))
                continue
            }
            for cell in cells {
                switch fates[cell.id] ?? .reused {
                case .fresh:
                    rows.append(fresh(cell, calledBy: newCaller, keepsCell: true, at: now))
                case .resumed, .reused:
                    let isReused = fates[cell.id] != .resumed
                    var row = isReused ? reused(cell) : resumed(cell, at: now)
                    row.id = Int64(-rows.count - 1)
                    row.callerID = newCaller
                    rows.append(row)
                    add(under: cell.id, calledBy: row.id, fates: fates, at: now, to: &rows)
                }
            }
        }
    }

    // MARK: - Choosing

    private func chosenIDs() throws(SchedulingError) -> Set<Int64> {
        var chosen: Set<Int64>
        switch selection {
        case .all:
            return Set(jobs.rows(under: nil).map(\.id))
        case .failed:
            chosen = failures(among: state.jobs)
        case .only(let ids):
            chosen = try known(ids)
        case .alone(let ids):
            return withoutParts(try known(ids))
        case .stage(let name, let mode):
            chosen = try failures(ofStage: name, mode)
        case .after(let id, _):
            guard jobs.job(id)?.isOverridable == true else {
                throw SchedulingError(.conflict, "job \(id) of run \(state.run.id) did not fail by a gate that may be overridden")
            }
            chosen = jobs.stopped(by: id).union([id])
        }
        // What needs a job that runs again can't keep its old result, nor can what needs a call in which one does.
        var open = Array(chosen)
        while let id = open.popLast() {
            guard let job = jobs.job(id) else { continue }
            for key in planned[job.key]?.dependents ?? [] {
                let dependents = jobs.rows(at: RunJobs.Place(caller: job.callerID, key: key))
                for row in dependents where chosen.insert(row.id).inserted { open.append(row.id) }
            }
            if let caller = job.callerID, !chosen.contains(caller) { open.append(caller) }
        }
        if let overridden { chosen.remove(overridden) }
        return withoutParts(chosen)
    }

    /// The job that counts as passed.
    private var overridden: Int64? {
        if case .after(let id, _) = selection { id } else { nil }
    }

    private func known(_ ids: [Int64]) throws(SchedulingError) -> Set<Int64> {
        for id in ids where jobs.job(id) == nil {
            throw SchedulingError(.notFound, "run \(state.run.id) has no job \(id) in its newest attempt")
        }
        return Set(ids)
    }

    /// Of a call those of its jobs that failed; all of it where its own part did.
    private func failures(among rows: [Job]) -> Set<Int64> {
        let failed = rows.filter { $0.conclusion?.isFailure ?? true || $0.conclusion == .cancelled }
        let ids = Set(failed.map(\.id))
        return Set(failed.filter { job in !jobs.rows(under: job.id).contains { ids.contains($0.id) } }.map(\.id))
    }

    private func failures(ofStage name: String, _ mode: StageRetry) throws(SchedulingError) -> Set<Int64> {
        guard state.plan.dialect == .pipeline, let stage = jobs.rows(under: nil).first(where: { $0.key == name }) else {
            let names = state.plan.dialect == .pipeline ? state.plan.jobs.map(\.key).joined(separator: ", ") : "none"
            throw SchedulingError(.notFound, "run \(state.run.id) has no stage \"\(name)\"; it has: \(names)")
        }
        switch mode {
        case .allActions: return [stage.id]
        case .failedActions:
            let failed = failures(among: jobs.tree(of: stage))
            guard !failed.isEmpty else {
                throw SchedulingError(
                    .conflict, "no action of the stage \"\(name)\" of run \(state.run.id) failed: retry all of them")
            }
            return failed
        }
    }

    /// The stages of a pipeline in which something runs again, in the plan's order.
    func stages() throws(SchedulingError) -> [String] {
        guard state.plan.dialect == .pipeline else { return [] }
        let chosen = try chosenIDs()
        return jobs.rows(under: nil).filter { stage in jobs.tree(of: stage).contains { chosen.contains($0.id) } }.map(\.key)
    }

    /// What is inside a call that runs anew comes with it.
    private func withoutParts(_ chosen: Set<Int64>) -> Set<Int64> {
        chosen.filter { id in !(jobs.job(id).map(jobs.callers) ?? []).contains { chosen.contains($0.id) } }
    }

    // MARK: - Rows

    private func fresh(_ job: Job, calledBy caller: Int64?, keepsCell: Bool, at now: Date) -> Job {
        let plan = planned[job.key]?.plan
        let isMatrix = plan?.strategy?.matrix != nil
        let callerName = job.callerID.flatMap(jobs.job).map { "\($0.name) / " } ?? ""
        return Job(
            runID: job.runID, key: job.key, callerID: caller, position: job.position,
            name: keepsCell || !isMatrix ? job.name : callerName + (plan?.name?.source ?? JobKey.own(job.key)),
            attempt: state.run.attempt + 1, matrix: keepsCell ? job.matrix : nil, cellIndex: keepsCell ? job.cellIndex : 0,
            cellCount: keepsCell ? job.cellCount : 1, needs: job.needs, createdAt: now)
    }

    /// It waits for its turn, and goes on with what it called with.
    private func resumed(_ job: Job, at now: Date) -> Job {
        var row = fresh(job, calledBy: nil, keepsCell: true, at: now)
        row.name = job.name
        row.callInputs = job.callInputs
        return row
    }

    private func reused(_ job: Job) -> Job {
        var copy = job
        copy.reusedFrom = job.reusedFrom ?? job.id
        if case .after(job.id, let answer) = selection { copy = job.overridden(by: answer) }
        copy.attempt = state.run.attempt + 1
        return copy
    }
}
