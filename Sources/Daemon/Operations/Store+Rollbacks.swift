internal import Plan
internal import Store
internal import Web

/// What a rollback has to know of a deployment.
extension Store {
    /// The deployment to an environment that gave a service the task definition to which it goes back; nil where none is known.
    ///
    /// - Parameter inputs: of a container, those that it gets with it.
    func restored(
        _ taskDefinition: String, inputs: [String: String?]?, of deployment: Deployment, environment: String?
    ) async throws(StoreError) -> Int64? {
        guard let environment else { return nil }
        let history = try await environmentDeployments(
            repository: deployment.repository, environment: environment, limit: Self.longestHistory)
        let made = try await deployments(ofJobs: history.map(\.jobID))
        let maker = made.last {
            $0.serviceARN == deployment.serviceARN && $0.taskDefinition == taskDefinition && $0.inputs == inputs
                && $0.id < deployment.id
        }
        return history.first { $0.jobID == maker?.jobID }?.id
    }

    /// With what a container was made that had an image before; where nobody knows, with what it is made now. Nil for a service of ECS.
    func inputs(of image: String, before deployment: Deployment) async throws(StoreError) -> [String: String?]? {
        guard deployment.isContainer else { return nil }
        let maker = try await self.deployment(of: image, ofService: deployment.serviceARN, before: deployment.id)
        // What another repository's job wrote is not this one's to repeat.
        return maker.flatMap { $0.repository == deployment.repository ? $0.inputs : nil } ?? deployment.inputs
    }

    /// Deployments of an environment that are looked through.
    static var longestHistory: Int { 1000 }

    /// The job that made a deployment, with the calls around it, and its run.
    func source(of deployment: Deployment) async throws -> (RollbackRun.Source, Run) {
        guard let state = try await runState(deployment.runID), let job = try await self.job(deployment.jobID) else {
            throw OperationError(
                .notFound,
                "the run \(deployment.runID) that made the deployment \(deployment.id) is not known any more")
        }
        var callers: [Job] = []
        var id = job.callerID
        while let caller = id {
            guard let job = try await self.job(caller) else { break }
            callers.insert(job, at: 0)
            id = job.callerID
        }
        return (RollbackRun.Source(plan: state.plan, event: state.event, job: job, callers: callers), state.run)
    }
}
