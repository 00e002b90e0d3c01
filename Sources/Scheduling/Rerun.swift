internal import Expressions
internal import FoundationEssentials
internal import Plan
internal import Store

/// Which jobs of a completed run are to run again.
public enum RerunSelection: Equatable, Sendable {
    case all
    /// The failed, cancelled, lost ones, and what was skipped because of them.
    case failed
    /// These jobs of the newest attempt, and all that need them.
    case only([Int64])
}

/// Makes the rows of a run's next attempt.
struct Rerun {
    let state: RunState
    let selection: RerunSelection

    /// - Returns: the rows to insert: fresh ones for the selected jobs and their dependents, and copies of the others.
    func jobs(at now: Date) throws(SchedulingError) -> [Job] {
        let chosen = try chosenIDs()
        guard !chosen.isEmpty else {
            throw SchedulingError(.conflict, "run \(state.run.id) has no failed job: choose all jobs or one of them")
        }
        let attempt = state.run.attempt + 1
        var freshKeys: Set<String> = []
        var jobs: [Job] = []
        for job in state.jobs {
            guard chosen.contains(job.id) else {
                jobs.append(reused(job, attempt: attempt))
                continue
            }
            // A whole matrix is expanded anew, since its axes may come from a job that runs again, too.
            let isWhole = state.jobs.allSatisfy { $0.key != job.key || chosen.contains($0.id) }
            if isWhole && !freshKeys.insert(job.key).inserted { continue }
            jobs.append(fresh(job, attempt: attempt, keepsCell: !isWhole, at: now))
        }
        return jobs
    }

    private func chosenIDs() throws(SchedulingError) -> Set<Int64> {
        var chosen: Set<Int64>
        switch selection {
        case .all:
            return Set(state.jobs.map(\.id))
        case .failed:
            chosen = Set(state.jobs.filter { $0.conclusion?.isFailure ?? true || $0.conclusion == .cancelled }.map(\.id))
        case .only(let ids):
            for id in ids where !state.jobs.contains(where: { $0.id == id }) {
                throw SchedulingError(.notFound, "run \(state.run.id) has no job \(id) in its newest attempt")
            }
            chosen = Set(ids)
        }
        // What needs a job that runs again can't keep its old result.
        var keys = Set(state.jobs.filter { chosen.contains($0.id) }.map(\.key))
        var isGrowing = true
        while isGrowing {
            isGrowing = false
            for plan in state.plan.jobs where !keys.contains(plan.key) && plan.needs.contains(where: keys.contains) {
                keys.insert(plan.key)
                chosen.formUnion(state.jobs.filter { $0.key == plan.key }.map(\.id))
                isGrowing = true
            }
        }
        return chosen
    }

    private func fresh(_ job: Job, attempt: Int, keepsCell: Bool, at now: Date) -> Job {
        let plan = state.plan.job(job.key)
        let isMatrix = plan?.strategy?.matrix != nil
        return Job(
            runID: job.runID, key: job.key, name: keepsCell || !isMatrix ? job.name : plan?.name?.source ?? job.key,
            attempt: attempt, matrix: keepsCell ? job.matrix : nil, cellIndex: keepsCell ? job.cellIndex : 0,
            cellCount: keepsCell ? job.cellCount : 1, needs: job.needs, createdAt: now)
    }

    private func reused(_ job: Job, attempt: Int) -> Job {
        var copy = job
        copy.id = 0
        copy.attempt = attempt
        copy.reusedFrom = job.reusedFrom ?? job.id
        return copy
    }
}
