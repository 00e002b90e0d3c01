internal import AWS
internal import Plan

/// What is left of deploys by task sets that were cut off, and how this one keeps what it does findable.
extension ServiceDeploy {
    /// How long the calls may take that clean up, also of a cancelled job.
    static var cleanUp: Duration { .seconds(30) }
    /// The waits before a task set is looked for whose making was cut off: it may still be under way.
    private static let looks: [Duration] = [.zero, .seconds(1), .seconds(3)]

    // MARK: This deploy's own

    /// Writes down what is about to be made.
    ///
    /// - Parameter raisedCount: nil where the desired count stays, or is lowered later.
    func leaveTrace(externalID: String, former: String, raisedCount: Int?) throws(DeploymentError) {
        let trace = TaskSetTrace(
            runID: job.runID, externalID: externalID, former: former,
            countBefore: raisedCount == nil ? nil : service.desiredCount,
            raisedCount: raisedCount)
        try TaskSetTrace.write(try TaskSetTrace.all(in: folder) + [trace], in: folder)
        self.trace = trace
    }

    /// Nothing is left that anybody would have to look for.
    func removeTrace() {
        guard let trace else { return }
        do throws(DeploymentError) {
            try TaskSetTrace.write(try TaskSetTrace.all(in: folder).filter { $0.externalID != trace.externalID }, in: folder)
            self.trace = nil
        } catch {
            // The next deploy looks for it in vain.
            cloud.log("##[warning]\(error.message)")
        }
    }

    /// The task set of a call whose answer was lost; nil where ECS has none.
    ///
    /// - Throws: where nobody can look.
    func madeTaskSet(_ externalID: String) throws(DeploymentError) -> ECSTaskSet? {
        let cloud = try cloud.afterCancel(Self.cleanUp)
        for wait in Self.looks {
            cloud.patience.wait(wait)
            let found = try cloud.asking { () throws(AWSError) in
                try cloud.ecs.taskSets(ofService: wish.service, in: wish.cluster).first { $0.externalID == externalID }
            }
            if let found { return found }
        }
        return nil
    }

    /// What serves now is what this deploy wanted: its desired count stays.
    func keepCount() {
        guard let trace, trace.raisedCount != nil else { return }
        do throws(DeploymentError) {
            let traces = try TaskSetTrace.all(in: folder)
            try TaskSetTrace.write(
                traces.map { $0.externalID == trace.externalID ? $0.withoutCount : $0 }, in: folder)
            self.trace = trace.withoutCount
        } catch {
            cloud.log("##[warning]\(error.message)")
        }
    }

    /// Gives the service the desired count back that it had before this deploy raised it.
    ///
    /// - Parameter isGone: whether nothing else is left of this deploy.
    /// - Returns: what to say of it; empty where there was nothing to do.
    func restoreCount(isGone: Bool) -> String {
        var words = ""
        if let trace, let before = trace.countBefore, let raised = trace.raisedCount {
            do {
                if try restoreCount(raised, to: before, try cloud.afterCancel(Self.cleanUp)) {
                    words = ", its desired count is \(before) again"
                }
            } catch {
                return
                    ", its desired count of \(before) could not be restored, do that yourself, or the next deploy does (\(error))"
            }
        }
        if isGone { removeTrace() }
        return words
    }

    /// - Returns: whether it was changed; somebody else's count stays.
    private func restoreCount(_ raised: Int, to before: Int, _ cloud: Cloud) throws(AWSError) -> Bool {
        guard let now = try cloud.ecs.service(named: wish.service, in: wish.cluster), now.desiredCount == raised else {
            return false
        }
        try setCount(before, cloud)
        return true
    }

    func setCount(_ count: Int, _ cloud: Cloud) throws(AWSError) {
        var update = ECSServiceUpdate(cluster: wish.cluster, service: wish.service, taskDefinition: nil)
        update.desiredCount = count
        service.desiredCount = try cloud.ecs.update(update).desiredCount
    }

    // MARK: Those of others

    /// Ends what earlier deploys of this host could not: they are over, as this one has the turn.
    func endLeftTaskSets() throws(DeploymentError) {
        let traces = try TaskSetTrace.all(in: folder)
        guard !traces.isEmpty else { return }
        var rest: [TaskSetTrace] = []
        for var trace in traces {
            do throws(AWSError) { try end(&trace) } catch {
                if error.reason == .cancelled { throw DeploymentError(.cancelled, "\(error)") }
                rest.append(trace)
                cloud.log(
                    "##[warning]what run \(trace.runID) left of its deploy, the task set \(trace.externalID), could not be ended: \(error)"
                )
            }
        }
        try TaskSetTrace.write(rest, in: folder)
        guard let now = try look() else { return }
        service = now
    }

    private func end(_ trace: inout TaskSetTrace) throws(AWSError) {
        let (ecs, wish) = (cloud.ecs, wish)
        let sets: [ECSTaskSet] = try ecs.taskSets(ofService: wish.service, in: wish.cluster)
        let own = sets.first { $0.externalID == trace.externalID }
        if own?.isPrimary == true {
            trace = trace.withoutCount
            guard let former = sets.first(where: { $0.id == trace.former && !$0.isPrimary }) else { return }
            try ecs.delete(taskSet: former.arn ?? former.id, ofService: wish.service, in: wish.cluster)
            return cloud.log(
                "The former task set \(former.id), which run \(trace.runID) left when it was cut off, is being deleted")
        }
        if let own {
            try ecs.delete(taskSet: own.arn ?? own.id, ofService: wish.service, in: wish.cluster)
            cloud.log("The task set \(own.id), which run \(trace.runID) left when it was cut off, is being deleted")
        }
        guard let before = trace.countBefore, let raised = trace.raisedCount else { return }
        if try restoreCount(raised, to: before, cloud) {
            cloud.log(
                "The desired count of \(service.title) is \(before) again, which run \(trace.runID) had raised to \(raised)")
        }
    }
}
