internal import AWS
internal import Execution
internal import Plan

/// Services whose deployments shift traffic (`BLUE_GREEN`, `LINEAR`, `CANARY`): ECS starts the new tasks beside the former ones, and
/// goes back by itself where that fails.
extension ServiceDeploy {
    /// The waits before a deployment is looked for that was begun a moment ago.
    private static let looks: [Duration] = [.zero, .seconds(1), .seconds(3), .seconds(10)]

    /// The deployments that there were before.
    func knownShifts() throws(DeploymentError) -> Set<String> {
        let (ecs, wish) = (cloud.ecs, wish)
        let known = try cloud.asking { () throws(AWSError) in
            try ecs.serviceDeployments(of: wish.service, in: wish.cluster)
        }
        return Set(known.map(\.arn))
    }

    /// Finds the deployment that an update has begun.
    func beginShift(_ updated: ECSService, _ taskDefinition: String, besides earlier: Set<String>) throws(DeploymentError) {
        let found = try begunShift(updated, besides: earlier)
        shift = TrafficShift(found, of: service)
        // For the events, and for the tasks that it starts.
        rollout = Rollout(updated.primary?.id ?? "", of: service)
        let strategy = service.deploymentConfiguration?.strategy ?? ""
        cloud.log(
            "\(service.title): deployment \(ECSService.lastName(of: found)) of \(ECSService.lastName(of: taskDefinition)) has begun"
                + " (\(strategy))")
    }

    private func begunShift(_ updated: ECSService, besides earlier: Set<String>) throws(DeploymentError) -> String {
        if let current = updated.currentServiceDeployment, !earlier.contains(current) { return current }
        let (ecs, wish) = (cloud.ecs, wish)
        for wait in Self.looks {
            try job.pause(wait)
            let now: [ECSServiceDeployment]
            do throws(AWSError) { now = try ecs.serviceDeployments(of: wish.service, in: wish.cluster) } catch {
                if error.reason == .cancelled { throw DeploymentError(.cancelled, "\(error)") }
                guard error.isTransient else { throw DeploymentError(.unseen, "\(error)") }
                continue
            }
            if let found = now.first(where: { !earlier.contains($0.arn) }) { return found.arn }
        }
        throw DeploymentError(
            .unseen,
            "ECS took the update of \(service.title) and lists no deployment of it: look at the service before anything else is"
                + " deployed to it")
    }

    // MARK: - Following

    /// Looks at the deployment until it is over.
    func follow(_ shift: TrafficShift, _ following: Following) throws(DeploymentError) -> Deployment {
        guard let begun = deployment else { preconditionFailure("nothing was updated") }
        let stopped = StoppedTasks(cloud, cluster: wish.cluster)
        var following = following
        if shift.bakeTime > 0 {
            following.limit += shift.bakeTime
            cloud.log("The service's bake times, \(Self.words(shift.bakeTime)), are added to the time that is waited")
        }
        let verdict: Rollout.Verdict
        do throws(DeploymentError) { verdict = try self.verdict(of: shift, following, stopped) } catch {
            end(error.kind == .cancelled ? .cancelled : .lost, error.message)
            throw DeploymentError(
                error.kind, "\(error.message); the deployment \(shift.name) goes on without being watched")
        }
        switch verdict {
        case .completed:
            end(.succeeded, nil)
            cloud.log("\(service.title) runs \(ECSService.lastName(of: begun.taskDefinition)): the deployment is complete")
            return deployment ?? begun
        case .rolledBack(let reason):
            end(.rolledBack, reason)
            throw DeploymentError(.failed, "the deployment of \(service.title) failed: \(reason)")
        case .superseded(let reason):
            end(.superseded, reason)
            throw DeploymentError(.failed, "the deployment of \(service.title) was superseded: \(reason)")
        case .failed(let reason):
            end(.failed, reason)
            throw DeploymentError(.failed, "the deployment of \(service.title) failed: \(reason)")
        }
    }

    private func verdict(
        of shift: TrafficShift, _ following: Following, _ stopped: StoppedTasks
    ) throws(DeploymentError) -> Rollout.Verdict {
        var (shift, pace) = (shift, following.pace)
        let targets = TargetHealth(cloud, of: service)
        var deadline = Deadline(after: following.limit)
        /// Why ECS was asked to go back.
        var given: String?
        while true {
            let (news, others, failing) = try look(&shift)
            for line in (news?.lines ?? []) + (others?.lines ?? []) { cloud.log(line) }
            let isGivenUp = given == nil && news?.goesBack != true ? failing : nil
            if others?.mayHaveStoppedTasks == true || news?.goesBack == true, let rollout {
                tellStopped(stopped, of: rollout.deploymentID)
            }
            if let verdict = news?.verdict {
                if case .rolledBack(let reason) = verdict, let given { return .rolledBack("\(given); \(reason)") }
                return verdict
            }
            targets.tell()
            let reason = isGivenUp ?? (deadline.hasPassed ? late(following, given) : nil)
            if let reason {
                guard following.rollsBack, given == nil, try askBack(shift, reason) else {
                    return .failed("\(reason); ECS goes on with it")
                }
                given = reason
                deadline = Deadline(after: following.limit)
            }
            try job.pause(pace.next(hasMoved: news?.lines.isEmpty == false || others?.lines.isEmpty == false))
        }
    }

    private func late(_ following: Following, _ given: String?) -> String {
        let words = Self.words(following.limit)
        return given.map { "\($0); ECS did not come back to what ran before in \(words)" } ?? "it was not complete after \(words)"
    }

    /// - Returns: whether ECS does it.
    private func askBack(_ shift: TrafficShift, _ reason: String) throws(DeploymentError) -> Bool {
        cloud.log("\(shift.name): \(reason); ECS is asked to go back to what ran before")
        do throws(AWSError) {
            try cloud.ecs.rollBack(serviceDeployment: shift.arn)
            return true
        } catch {
            if error.reason == .cancelled { throw DeploymentError(.cancelled, "\(error)") }
            cloud.log("##[warning]ECS can't be asked to go back: \(error)")
            return false
        }
    }

    /// What the deployment and the service say, and why it is to be given up; nil where ECS can't be asked just now: the deployment
    /// goes on all the same, and is looked at again.
    private func look(
        _ shift: inout TrafficShift
    ) throws(DeploymentError) -> (news: TrafficShift.News?, others: Rollout.News?, failing: String?) {
        do throws(AWSError) {
            guard let service = try cloud.ecs.service(named: wish.service, in: wish.cluster) else {
                return (TrafficShift.News(verdict: .failed("the service is gone")), nil, nil)
            }
            // Its verdict is one of rolling updates.
            let others = rollout?.take(service)
            guard let now = try cloud.ecs.serviceDeployment(shift.arn) else {
                return (TrafficShift.News(verdict: .failed("ECS does not know the deployment any more")), others, nil)
            }
            return (shift.take(now, current: service.currentServiceDeployment), others, rollout?.reasonToGiveUp(service))
        } catch {
            if error.reason == .cancelled || job.isCancelled { throw DeploymentError(.cancelled, job.cancellation.reason) }
            guard error.isTransient else { throw DeploymentError(.unavailable, "\(error)") }
            cloud.log("ECS can't be asked how it goes, which is tried again: \(error)")
            return (nil, nil, nil)
        }
    }
}
