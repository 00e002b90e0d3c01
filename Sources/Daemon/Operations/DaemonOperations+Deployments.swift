internal import Plan
internal import Scheduling
internal import Store
internal import Web

/// What people wish of deployments.
extension DaemonOperations {
    func rollBack(deployment id: Int64, actor: Actor) async throws(OperationError) -> Run {
        let found: (Deployment, RunState, Job)
        do {
            guard let deployment = try await store.deployment(id) else {
                throw OperationError(.notFound, "there is no deployment \(id)")
            }
            let newest = try await store.newestDeployment(ofService: deployment.serviceARN)
            try Self.check(deployment, newest: newest)
            guard let state = try await store.runState(deployment.runID),
                let job = try await store.job(deployment.jobID)
            else {
                throw OperationError(
                    .notFound, "the run \(deployment.runID) that made the deployment \(id) is not known any more")
            }
            found = (deployment, state, job)
        } catch let error as OperationError {
            throw error
        } catch {
            throw OperationError(.unavailable, "\(error)")
        }
        return try await start(found.0, found.1, found.2, actor: actor)
    }

    private static func check(_ deployment: Deployment, newest: Deployment?) throws(OperationError) {
        let place = "\(deployment.cluster)/\(deployment.service)"
        guard deployment.status.isOver else {
            throw OperationError(
                .conflict, "the deployment of \(place) by run \(deployment.runID) is still under way: cancel the run first")
        }
        guard deployment.status != .rolledBack else {
            throw OperationError(
                .conflict, "the deployment of \(place) by run \(deployment.runID) was rolled back when it failed")
        }
        if let newest, newest.id != deployment.id {
            throw OperationError(
                .conflict,
                "run \(newest.runID) has deployed to \(place) since: roll that deployment back (\"slipway rollback \(newest.runID)\")"
            )
        }
        guard let previous = deployment.previousTaskDefinition, previous != deployment.taskDefinition else {
            throw OperationError(.conflict, "there is nothing that \(place) could go back to: it ran nothing else before")
        }
    }

    private func start(
        _ deployment: Deployment, _ state: RunState, _ job: Job, actor: Actor
    ) async throws(OperationError) -> Run {
        // The check has seen that there is one.
        let previous = deployment.previousTaskDefinition ?? ""
        let rollback = RollbackRun(
            deployment: deployment, taskDefinition: previous, run: state.run, plan: state.plan, job: job, actor: actor.account,
            now: now()
        )
        let recorded: RecordedTrigger
        do { recorded = try await store.record(rollback.outcome) } catch { throw OperationError(.unavailable, "\(error)") }
        guard let run = recorded.runs.first else {
            throw OperationError(.unavailable, "the rollback of deployment \(deployment.id) was not stored")
        }
        scheduler.add([run])
        await audit(actor, "rollback", "deployment \(deployment.id)", "run \(run.run.id): \(run.run.title)")
        return run.run
    }
}
