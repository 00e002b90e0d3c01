internal import Plan
internal import Scheduling
internal import Store
internal import Web

/// What people wish of deployments.
extension DaemonOperations {
    func rollBack(deployment id: Int64, reason: String?, actor: Actor) async throws(OperationError) -> Run {
        let rollback: RollbackRun
        do {
            guard let deployment = try await store.deployment(id) else {
                throw OperationError(.notFound, "there is no deployment \(id)")
            }
            let newest = try await store.newestDeployment(ofService: deployment.serviceARN)
            let previous = deployment.previousTaskDefinition ?? ""
            let inputs = try await store.inputs(of: previous, before: deployment)
            try Self.check(deployment, newest: newest, former: inputs)
            let (source, run) = try await store.source(of: deployment)
            let environment = source.job.environment?.name
            rollback = RollbackRun(
                targets: [.init(deployment: deployment, taskDefinition: previous, source: source, inputs: inputs)],
                repository: run.repository,
                ref: run.ref, commit: run.commit, environment: environment,
                restores: try await store.restored(previous, inputs: inputs, of: deployment, environment: environment),
                reason: reason, actor: actor.account, now: now()
            )
        } catch let error as OperationError {
            throw error
        } catch {
            throw OperationError(.unavailable, "\(error)")
        }
        return try await start(rollback, subject: "deployment \(id)", actor: actor)
    }

    /// - Parameter inputs: of a container, those with which it was made before.
    private static func check(
        _ deployment: Deployment, newest: Deployment?, former inputs: [String: String?]?
    ) throws(OperationError) {
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
        guard let previous = deployment.previousTaskDefinition,
            previous != deployment.taskDefinition || inputs != deployment.inputs
        else {
            throw OperationError(.conflict, "there is nothing that \(place) could go back to: it ran nothing else before")
        }
    }

    func start(_ rollback: RollbackRun, subject: String, actor: Actor) async throws(OperationError) -> Run {
        if let obstacle = rollback.obstacle { throw OperationError(.conflict, obstacle) }
        let recorded: RecordedTrigger
        do { recorded = try await store.record(rollback.outcome) } catch { throw OperationError(.unavailable, "\(error)") }
        guard let run = recorded.runs.first else {
            throw OperationError(.unavailable, "the rollback of \(subject) was not stored")
        }
        scheduler.add([run])
        let why = rollback.reason.map { "; \($0)" } ?? ""
        await audit(actor, "rollback", subject, "run \(run.run.id): \(run.run.title)\(why)")
        return run.run
    }
}
