internal import FoundationEssentials
internal import Plan
internal import Scheduling
internal import Store
internal import Web

/// Puts back what a failed stage deployed: each service gets what it ran before the stage, by a run of its own.
///
/// A service that somebody else has deployed to since is left alone, as is one that went back by itself.
struct StageRollback: StageReturner {
    let store: Store
    let now: @Sendable () -> Date

    private static let actor = "slipway"

    func putBack(stage: Job, of state: RunState) async throws -> StageReturn {
        // Deployments are the job's that made them: of what was taken over an earlier one, and of tries that were lost.
        let jobs = Set(
            state.jobs.filter { $0.key.hasPrefix("\(stage.key)/") }.flatMap { job in
                [job.id] + (job.reusedFrom.map { [$0] } ?? []) + job.lostTries + job.repeatedTries
            })
        let made = try await store.deployments(ofRun: state.run.id).filter { jobs.contains($0.jobID) }
        var targets: [RollbackRun.Target] = []
        var remarks: [String] = []
        var seen: Set<String> = []
        for first in made where seen.insert(first.serviceARN).inserted {
            let (target, remark) = try await self.target(first, stage: stage, made: made)
            if let target { targets.append(target) }
            remarks.append(remark)
        }
        if made.isEmpty { remarks.append("it deployed to no service, so there is nothing to put back") }
        let why = "the stage \(stage.key) failed, and its on-failure asks for ROLLBACK"
        guard !targets.isEmpty else { return StageReturn(remark: "\(why): \(remarks.joined(separator: "; "))") }
        let rollback = RollbackRun(
            targets: targets, repository: state.run.repository, ref: state.run.ref, commit: state.run.commit,
            title: "Roll back the stage \(stage.key) of run \(state.run.id)",
            reason: "the stage \(stage.key) of run \(state.run.id) failed", actor: Self.actor, now: now())
        if let obstacle = rollback.obstacle { return StageReturn(remark: "\(why), which can't be done: \(obstacle)") }
        var outcome = rollback.outcome
        outcome.key = .stageRollback(run: state.run.id)
        let runs = try await store.record(outcome).runs
        guard let run = runs.first?.run else { return StageReturn(remark: "\(why), which was begun before") }
        do {
            try await store.audit(
                AuditEntry(
                    at: now(), actor: Self.actor, action: "rollback", subject: "stage \(stage.key) of run \(state.run.id)",
                    detail: "run \(run.id): \(remarks.joined(separator: "; "))"))
        } catch {
            // The run is made by now, and has to be started.
            remarks.append("the audit record could not be written: \(error)")
        }
        return StageReturn(runs: runs, remark: "\(why): \(remarks.joined(separator: "; ")), by run \(run.id)")
    }

    /// - Parameters:
    ///   - first: what the stage deployed to a service before anything else.
    ///   - made: all that it deployed.
    /// - Returns: what goes back, and what is to be said of it; without the first it stays.
    private func target(
        _ first: Deployment, stage: Job, made: [Deployment]
    ) async throws -> (RollbackRun.Target?, String) {
        let place = "\(first.cluster)/\(first.service)"
        guard let newest = try await store.newestDeployment(ofService: first.serviceARN),
            made.contains(where: { $0.id == newest.id }), newest.status != .superseded
        else { return (nil, "\(place) was deployed to by somebody else since, and is left as it is") }
        guard let wanted = first.previousTaskDefinition else {
            return (nil, "\(place) ran nothing before, and is left as it is")
        }
        let name = wanted.split(separator: "/").last.map(String.init) ?? wanted
        var target: RollbackRun.Target
        do throws(OperationError) {
            let inputs = try await inputs(of: wanted, before: first)
            // One that went back by itself has what was there before it.
            let wentBack = newest.status == .rolledBack
            let running = wentBack ? newest.previousTaskDefinition : newest.taskDefinition
            let runningInputs = wentBack ? try await self.inputs(of: running ?? "", before: newest) : newest.inputs
            guard running != wanted || runningInputs != inputs else {
                return (nil, "\(place) runs \(name) as before already")
            }
            let source = try await source(of: newest)
            target = RollbackRun.Target(deployment: newest, taskDefinition: wanted, source: source)
            target.environment = source.job.environment?.name
            target.inputs = inputs
            target.restores = try await restored(wanted, inputs: inputs, of: first, environment: target.environment)
        } catch {
            return (nil, "\(place) can't be put back: \(error.message)")
        }
        return (target, "\(place) goes back to \(name)")
    }

    private func source(of deployment: Deployment) async throws(OperationError) -> RollbackRun.Source {
        do { return try await store.source(of: deployment).0 } catch let error as OperationError { throw error } catch {
            throw OperationError(.unavailable, "\(error)")
        }
    }

    private func inputs(of wanted: String, before first: Deployment) async throws(OperationError) -> [String: String?]? {
        do { return try await store.inputs(of: wanted, before: first) } catch { throw OperationError(.unavailable, "\(error)") }
    }

    private func restored(
        _ wanted: String, inputs: [String: String?]?, of deployment: Deployment, environment: String?
    ) async throws(OperationError) -> Int64? {
        do { return try await store.restored(wanted, inputs: inputs, of: deployment, environment: environment) } catch {
            throw OperationError(.unavailable, "\(error)")
        }
    }
}
