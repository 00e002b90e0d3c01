internal import AWS
internal import Execution
public import Plan

extension ServiceDeploy {
    /// Looks at the service until its rollout is over, and tells what happens meanwhile.
    ///
    /// - Returns: the deployment, which succeeded.
    /// - Throws: `failed` where it did not, with how the service is left; `cancelled`.
    public func follow(_ following: Following) throws(DeploymentError) -> Deployment {
        guard taskSet == nil else { return try followTaskSet(following) }
        if let shift { return try follow(shift, following) }
        guard let begun = deployment, let rollout else { preconditionFailure("nothing was updated") }
        let stopped = StoppedTasks(cloud, cluster: wish.cluster)
        let verdict: Rollout.Verdict
        do throws(DeploymentError) {
            verdict = try self.verdict(of: rollout, following, stopped)
        } catch {
            end(error.kind == .cancelled ? .cancelled : .lost, error.message)
            throw DeploymentError(
                error.kind, "\(error.message); the rollout \(rollout.deploymentID) goes on without being watched")
        }
        switch verdict {
        case .completed:
            end(.succeeded, nil)
            cloud.log("\(service.title) runs \(ECSService.lastName(of: begun.taskDefinition)): the rollout is complete")
            return deployment ?? begun
        case .rolledBack(let reason):
            end(.rolledBack, reason)
            throw DeploymentError(.failed, "the deployment of \(service.title) failed: \(reason)")
        case .superseded(let reason):
            end(.superseded, reason)
            throw DeploymentError(.failed, "the deployment of \(service.title) was superseded: \(reason)")
        case .failed(let reason):
            throw fail(begun, reason, following, stopped)
        }
    }

    /// - Returns: what to throw.
    private func fail(
        _ begun: Deployment, _ reason: String, _ following: Following, _ stopped: StoppedTasks
    ) -> DeploymentError {
        let message = "the deployment of \(service.title) failed: \(reason)"
        guard following.rollsBack, let previous = begun.previousTaskDefinition, previous != begun.taskDefinition else {
            end(.failed, reason)
            let back = begun.previousTaskDefinition.map {
                "; it ran \(ECSService.lastName(of: $0)) before: \"slipway rollback \(job.runID)\" puts that back"
            }
            return DeploymentError(.failed, message + (back ?? ""))
        }
        cloud.log("\(message); putting \(ECSService.lastName(of: previous)) back")
        do throws(DeploymentError) {
            let way = try putBack(previous)
            let verdict = try self.verdict(of: way, following, stopped)
            guard verdict == .completed else {
                throw DeploymentError(
                    .failed, "putting \(ECSService.lastName(of: previous)) back did not come to its end: \(verdict)")
            }
        } catch {
            end(.failed, "\(reason); \(error.message)")
            return DeploymentError(.failed, "\(message); \(error.message)")
        }
        end(.rolledBack, reason)
        return DeploymentError(.failed, "\(message); it runs \(ECSService.lastName(of: previous)) again")
    }

    private func putBack(_ taskDefinition: String) throws(DeploymentError) -> Rollout {
        let update = ECSServiceUpdate(cluster: wish.cluster, service: wish.service, taskDefinition: taskDefinition)
        let ecs = cloud.ecs
        let updated = try cloud.asking { () throws(AWSError) in try ecs.update(update) }
        guard let primary = updated.primary else { throw DeploymentError(.unavailable, "ECS began no deployment") }
        return Rollout(primary.id, of: updated)
    }

    // MARK: - Looking

    private func verdict(
        of rollout: Rollout, _ following: Following, _ stopped: StoppedTasks
    ) throws(DeploymentError) -> Rollout.Verdict {
        var rollout = rollout
        var pace = following.pace
        let targets = TargetHealth(cloud, of: service)
        let deadline = Deadline(after: following.limit)
        while true {
            let news = try look(&rollout)
            for line in news?.lines ?? [] { cloud.log(line) }
            if news?.mayHaveStoppedTasks == true { tellStopped(stopped, of: rollout.deploymentID) }
            if let verdict = news?.verdict { return verdict }
            targets.tell()
            guard !deadline.hasPassed else {
                tellStopped(stopped, of: rollout.deploymentID)
                return .failed("it was not complete after \(Self.words(following.limit)); ECS goes on with it")
            }
            let hasMoved = news.map { !$0.lines.isEmpty } ?? false
            try job.pause(pace.next(hasMoved: hasMoved))
        }
    }

    /// Nil where ECS can't be asked just now: the rollout goes on all the same, and is looked at again.
    private func look(_ rollout: inout Rollout) throws(DeploymentError) -> Rollout.News? {
        do throws(AWSError) {
            guard let now = try cloud.ecs.service(named: wish.service, in: wish.cluster) else {
                return Rollout.News(verdict: .failed("the service is gone"))
            }
            return rollout.take(now)
        } catch {
            if error.reason == .cancelled || job.isCancelled { throw DeploymentError(.cancelled, job.cancellation.reason) }
            guard error.isTransient else { throw DeploymentError(.unavailable, "\(error)") }
            cloud.log("ECS can't be asked how it goes, which is tried again: \(error)")
            return nil
        }
    }

    func tellStopped(_ stopped: StoppedTasks, of deploymentID: String) {
        do throws(AWSError) {
            try stopped.tell(ofService: service.name) { $0.startedBy == deploymentID }
        } catch {
            cloud.log("why tasks stopped can't be had: \(error)")
        }
    }

    static func words(_ seconds: Double) -> String {
        let minutes = Int(seconds / 60)
        return seconds >= 120 ? "\(minutes) minutes" : "\(Int(seconds)) seconds"
    }
}
