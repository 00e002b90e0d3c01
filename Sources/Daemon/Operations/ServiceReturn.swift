internal import Plan

/// One service of an environment that goes back, and whose job definition takes it there.
///
/// Anybody may have deployed to the service last: a job without the environment, or of another repository. The rollback runs with the
/// environment's secrets and asks nobody, so only a job of the environment's own history, which has passed its protection, lends its
/// variables, credentials and the service's place. The newest deployment is what is undone, and nothing else.
struct ServiceReturn {
    /// What the service is to have again.
    let wanted: Deployment
    /// What the environment's own jobs gave it last.
    let own: Deployment
    /// What it was given last, by whomever.
    let newest: Deployment

    /// - Parameters:
    ///   - made: what the environment's jobs deployed, in the order in which they did.
    ///   - before: the jobs up to the one whose deployment is brought back.
    /// - Returns: nil where none of these deployed to the service.
    init?(of newest: Deployment, made: [Deployment], before: Set<Int64>) {
        let ofService = made.filter { $0.serviceARN == newest.serviceARN }
        guard let wanted = ofService.last(where: { before.contains($0.jobID) }), let own = ofService.last else { return nil }
        (self.wanted, self.own, self.newest) = (wanted, own, newest)
    }

    /// Whether the service runs something else than what it is to have.
    var isNeeded: Bool {
        ![.succeeded, .begun].contains(newest.status) || newest.taskDefinition != wanted.taskDefinition
            || newest.inputs != wanted.inputs
    }

    /// - Parameter source: finds the job that made a deployment.
    func target(source: (Deployment) async throws -> RollbackRun.Source) async throws -> RollbackRun.Target {
        var undone = newest
        // Where the service is says what was deployed under the protection, too.
        (undone.region, undone.cluster, undone.service) = (own.region, own.cluster, own.service)
        return RollbackRun.Target(
            deployment: undone, taskDefinition: wanted.taskDefinition, source: try await source(own),
            inputs: wanted.inputs)
    }
}
