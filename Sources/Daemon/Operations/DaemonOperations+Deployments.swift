internal import Plan
internal import Scheduling
internal import Store
internal import Web

/// What people wish of deployments.
extension DaemonOperations {
    func rollBack(deployment id: Int64, actor: Actor) async throws(OperationError) -> Run {
        let rollback: RollbackRun
        do {
            guard let deployment = try await store.deployment(id) else {
                throw OperationError(.notFound, "there is no deployment \(id)")
            }
            let newest = try await store.newestDeployment(ofService: deployment.serviceARN)
            try Self.check(deployment, newest: newest)
            // The check has seen that there is one.
            let previous = deployment.previousTaskDefinition ?? ""
            let (source, run) = try await source(of: deployment)
            let environment = source.job.environment?.name
            let inputs = try await inputs(of: previous, before: deployment)
            rollback = RollbackRun(
                targets: [.init(deployment: deployment, taskDefinition: previous, source: source, inputs: inputs)],
                repository: run.repository,
                ref: run.ref, commit: run.commit, environment: environment,
                restores: try await restored(previous, of: deployment, environment: environment), actor: actor.account, now: now()
            )
        } catch let error as OperationError {
            throw error
        } catch {
            throw OperationError(.unavailable, "\(error)")
        }
        return try await start(rollback, subject: "deployment \(id)", actor: actor)
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

    /// With what a container was made that had an image before; where nobody knows, with what it is made now. Nil for a service of ECS.
    private func inputs(of image: String, before deployment: Deployment) async throws(StoreError) -> [String: String?]? {
        guard deployment.isContainer else { return nil }
        let maker = try await store.deployment(of: image, ofService: deployment.serviceARN, before: deployment.id)
        // What another repository's job wrote is not this one's to repeat.
        return maker.flatMap { $0.repository == deployment.repository ? $0.inputs : nil } ?? deployment.inputs
    }

    /// The deployment to an environment that gave a service the task definition to which it goes back; nil where none is known.
    private func restored(
        _ taskDefinition: String, of deployment: Deployment, environment: String?
    ) async throws(StoreError) -> Int64? {
        guard let environment else { return nil }
        let history = try await store.environmentDeployments(
            repository: deployment.repository, environment: environment, limit: Self.longestHistory)
        let made = try await store.deployments(ofJobs: history.map(\.jobID))
        let maker = made.last { $0.serviceARN == deployment.serviceARN && $0.taskDefinition == taskDefinition }
        return history.first { $0.jobID == maker?.jobID }?.id
    }

    static var longestHistory: Int { 1000 }

    /// The job that made a deployment, with the calls around it, and its run.
    func source(of deployment: Deployment) async throws -> (RollbackRun.Source, Run) {
        guard let state = try await store.runState(deployment.runID), let job = try await store.job(deployment.jobID) else {
            throw OperationError(
                .notFound,
                "the run \(deployment.runID) that made the deployment \(deployment.id) is not known any more")
        }
        var callers: [Job] = []
        var id = job.callerID
        while let caller = id {
            guard let job = try await store.job(caller) else { break }
            callers.insert(job, at: 0)
            id = job.callerID
        }
        return (RollbackRun.Source(plan: state.plan, event: state.event, job: job, callers: callers), state.run)
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
