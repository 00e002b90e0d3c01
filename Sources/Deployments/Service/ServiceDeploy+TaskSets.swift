internal import AWS
internal import Execution
internal import Expressions
internal import FoundationEssentials
internal import Plan

/// Services with the deployment controller EXTERNAL: a deploy makes a task set beside the one that serves, waits until it is
/// steady, makes it the primary one, and deletes the former. What goes wrong before leaves the former where it is.
extension ServiceDeploy {
    /// Members of the primary task set that the new one gets as they are.
    private static let copied = ["networkConfiguration", "loadBalancers", "serviceRegistries", "platformVersion", "tags"]

    func beginTaskSet(_ taskDefinition: String) throws(DeploymentError) {
        try endLeftTaskSets()
        let (ecs, wish) = (cloud.ecs, wish)
        let all = try cloud.asking { () throws(AWSError) in
            try ecs.taskSets(ofService: wish.service, in: wish.cluster, as: ExpressionObject.self)
        }
        guard let primary = all.first(where: { $0["status"] == .string("PRIMARY") }), let former = service.primaryTaskSet else {
            throw DeploymentError(
                .refused,
                "the service \(service.title) has no primary task set, whose network, load balancers and launch type a new one"
                    + " could have: create the service's first task set, and make it the primary one")
        }
        let externalID = "slipway-run-\(job.runID)-\(UUID().uuidString.lowercased())"
        let raised = wish.desiredCount.flatMap { $0 > service.desiredCount ? $0 : nil }
        try leaveTrace(externalID: externalID, former: former.id, raisedCount: raised)
        let made = try make(taskSetInput(like: primary, taskDefinition, externalID), externalID, raised)
        taskSet = made
        cloud.log(
            "\(service.title): task set \(made.id) of \(ECSService.lastName(of: taskDefinition)) was created beside the primary one"
        )
    }

    /// Raises the desired count where that is wanted, and makes the task set.
    private func make(
        _ input: ExpressionObject, _ externalID: String, _ raised: Int?
    ) throws(DeploymentError) -> ECSTaskSet {
        let lost: AWSError
        do throws(AWSError) {
            if let raised { try setCount(raised, cloud) }
            return try cloud.ecs.createTaskSet(input)
        } catch {
            guard error.mayHaveBeenDone else {
                let count = restoreCount(isGone: true)
                throw DeploymentError(.unavailable, "\(error); \(service.title) runs what it ran before\(count)")
            }
            lost = error
        }
        let isCancelled = lost.reason == .cancelled || job.isCancelled
        // The client has asked again by the same token. What it made is known by its external id.
        let made: ECSTaskSet?
        do throws(DeploymentError) { made = try madeTaskSet(externalID) } catch {
            throw DeploymentError(
                isCancelled ? .cancelled : .unseen,
                "\(lost); whether ECS made the task set \(externalID) can't be seen (\(error.message)): the next deploy ends it;"
                    + " \(service.title) runs what it ran before\(restoreCount(isGone: false))")
        }
        guard let made else {
            // Should it come up after all, the next deploy ends it.
            let count = restoreCount(isGone: false)
            throw DeploymentError(
                isCancelled ? .cancelled : .unavailable,
                "\(lost); ECS has no task set \(externalID), and \(service.title) runs what it ran before\(count)")
        }
        guard !isCancelled else { throw DeploymentError(.cancelled, "\(lost); \(discard(made))") }
        cloud.log("##[warning]ECS made the task set although its answer was lost: \(lost)")
        return made
    }

    private func taskSetInput(
        like primary: ExpressionObject, _ taskDefinition: String, _ externalID: String
    ) -> ExpressionObject {
        var input: ExpressionObject = [
            "cluster": .string(wish.cluster), "service": .string(wish.service), "taskDefinition": .string(taskDefinition),
            "externalId": .string(externalID), "clientToken": .string(UUID().uuidString),
            "scale": ["value": .number(100), "unit": "PERCENT"],
        ]
        for key in Self.copied {
            guard let value = primary[key], ![.null, .array([]), .string("")].contains(value) else { continue }
            input[key] = value
        }
        if let strategy = primary["capacityProviderStrategy"], ![.null, .array([])].contains(strategy) {
            input["capacityProviderStrategy"] = strategy
        } else if let type = primary["launchType"], type != .null {
            input["launchType"] = type
        }
        return input
    }

    // MARK: - Following

    /// How a task set came out.
    private enum Outcome: Equatable {
        case steady
        case failed(String)
        case superseded(String)
    }

    /// As `follow`, for a task set.
    func followTaskSet(_ following: Following) throws(DeploymentError) -> Deployment {
        guard let begun = deployment, let own = taskSet else { preconditionFailure("no task set was made") }
        var outcome: Outcome
        do throws(DeploymentError) {
            outcome = try self.outcome(of: own, following)
            if outcome == .steady { outcome = try makePrimary(own) }
        } catch {
            guard error.kind != .unseen else {
                end(.lost, error.message)
                throw error
            }
            // Nobody would ever make it the primary one.
            let left = discard(own)
            end(error.kind == .cancelled ? .cancelled : .lost, error.message, leavesEarlier: true)
            throw DeploymentError(error.kind, "\(error.message); \(left)")
        }
        switch outcome {
        case .steady:
            keepCount()
            if deleteFormer() { removeTrace() }
            end(.succeeded, nil)
            cloud.log("\(service.title) runs \(ECSService.lastName(of: begun.taskDefinition)): its task set is the primary one")
            try lowerCount()
            return deployment ?? begun
        case .failed(let reason):
            let left = discard(own)
            end(.rolledBack, reason)
            throw DeploymentError(.failed, "the deployment of \(service.title) failed: \(reason); \(left)")
        case .superseded(let reason):
            let left = discard(own)
            end(.superseded, reason)
            throw DeploymentError(.failed, "the deployment of \(service.title) was superseded: \(reason); \(left)")
        }
    }

    private func outcome(of own: ECSTaskSet, _ following: Following) throws(DeploymentError) -> Outcome {
        let stopped = StoppedTasks(cloud, cluster: wish.cluster)
        let targets = TargetHealth(cloud, of: service)
        let deadline = Deadline(after: following.limit)
        var pace = following.pace
        var known = Set((service.events ?? []).map(\.id))
        var said = ""
        while true {
            var hasMoved = false
            if let now = try look() {
                for event in (now.events ?? []).reversed() where known.insert(event.id).inserted {
                    cloud.log(event.message)
                    hasMoved = true
                }
                guard let set = now.taskSets?.first(where: { $0.id == own.id }) else {
                    return .failed("its task set \(own.id) is gone: somebody else deleted it")
                }
                if let primary = now.primaryTaskSet, primary.id != service.primaryTaskSet?.id, primary.id != own.id {
                    let what = primary.taskDefinition.map { " of \(ECSService.lastName(of: $0))" } ?? ""
                    return .superseded("the task set \(primary.id)\(what) was made the primary one meanwhile")
                }
                let line = Self.words(for: set)
                if line != said { cloud.log(line) }
                hasMoved = hasMoved || line != said
                said = line
                if set.isSteady { return .steady }
                let failures = stoppedTasks(of: own, stopped)
                if failures >= Rollout.failuresToGiveUp(desired: set.computedDesiredCount ?? now.desiredCount) {
                    return .failed("\(failures) of its tasks stopped one after the other")
                }
                targets.tell()
            }
            guard !deadline.hasPassed else { return .failed("it was not steady after \(Self.words(following.limit))") }
            try job.pause(pace.next(hasMoved: hasMoved))
        }
    }

    /// Nil where ECS can't be asked just now.
    func look() throws(DeploymentError) -> ECSService? {
        do throws(AWSError) {
            guard let now = try cloud.ecs.service(named: wish.service, in: wish.cluster) else {
                throw AWSError(.other, "the service is gone")
            }
            return now
        } catch {
            if error.reason == .cancelled || job.isCancelled { throw DeploymentError(.cancelled, job.cancellation.reason) }
            guard error.isTransient else { throw DeploymentError(.unavailable, "\(error)") }
            cloud.log("ECS can't be asked how it goes, which is tried again: \(error)")
            return nil
        }
    }

    private func stoppedTasks(of own: ECSTaskSet, _ stopped: StoppedTasks) -> Int {
        do throws(AWSError) { return try stopped.tell(ofService: service.name) { $0.startedBy == own.id } } catch {
            cloud.log("why tasks stopped can't be had: \(error)")
            return 0
        }
    }

    private static func words(for set: ECSTaskSet) -> String {
        "\(set.id): \(set.runningCount ?? 0) of \(set.computedDesiredCount ?? 0) tasks running, \(set.pendingCount ?? 0) pending, "
            + (set.stabilityStatus ?? "STABILIZING").lowercased().replacing("_", with: " ")
    }

    // MARK: - The end

    private func makePrimary(_ own: ECSTaskSet) throws(DeploymentError) -> Outcome {
        // Who came in between is not to be overtaken.
        try check()
        let (ecs, wish) = (cloud.ecs, wish)
        do throws(AWSError) {
            try ecs.makePrimary(taskSet: own.arn ?? own.id, ofService: wish.service, in: wish.cluster)
        } catch {
            let kind: DeploymentError.Kind = error.reason == .cancelled ? .cancelled : .unavailable
            guard error.mayHaveBeenDone else { throw DeploymentError(kind, "\(error)") }
            // Also where the job was told to stop: what serves must not be deleted.
            guard let now = try? cloud.afterCancel(Self.cleanUp).ecs.service(named: wish.service, in: wish.cluster) else {
                throw DeploymentError(
                    .unseen,
                    "\(error); whether the task set \(own.id) is the primary one now can't be seen: look at \(service.title)")
            }
            guard now.primaryTaskSet?.id == own.id else { throw DeploymentError(kind, "\(error)") }
        }
        return .steady
    }

    /// Fewer tasks than before are wanted of the new task set only: until it served, the former one needed its own.
    private func lowerCount() throws(DeploymentError) {
        let before = service.desiredCount
        guard let count = wish.desiredCount, count < before else { return }
        do {
            try setCount(count, try cloud.afterCancel(Self.cleanUp))
            cloud.log("The desired count of \(service.title) is \(count) now, and was \(before)")
        } catch {
            throw DeploymentError(
                .unavailable,
                "\(service.title) is deployed, and its desired count is still \(before): it could not be set to \(count): \(error)"
            )
        }
    }

    /// - Returns: whether it is gone.
    private func deleteFormer() -> Bool {
        guard let former = service.primaryTaskSet else { return true }
        let name = former.taskDefinition.map { " of \(ECSService.lastName(of: $0))" } ?? ""
        do {
            let cloud = try cloud.afterCancel(Self.cleanUp)
            try cloud.ecs.delete(taskSet: former.arn ?? former.id, ofService: wish.service, in: wish.cluster)
            cloud.log("the former task set \(former.id)\(name) is being deleted")
            return true
        } catch {
            // What serves is the new one; the former costs money until somebody deletes it.
            cloud.log(
                "##[warning]the former task set \(former.id)\(name) could not be deleted, do that yourself, or the next deploy does:"
                    + " \(error)")
            return false
        }
    }

    /// Deletes what this deploy made, and restores what it changed, also where the job was told to stop.
    ///
    /// - Returns: how the service is left.
    private func discard(_ own: ECSTaskSet) -> String {
        let there =
            service.currentTaskDefinition.map { "\(service.title) runs \(ECSService.lastName(of: $0)) as before" }
            ?? "\(service.title) is as before"
        do {
            let cloud = try cloud.afterCancel(Self.cleanUp)
            try cloud.ecs.delete(taskSet: own.arn ?? own.id, ofService: wish.service, in: wish.cluster)
        } catch {
            return "its task set \(own.id) could not be deleted, do that yourself, or the next deploy does (\(error)); \(there)"
                + restoreCount(isGone: false)
        }
        return "its task set was deleted, \(there)\(restoreCount(isGone: true))"
    }
}
