public import AWS
internal import Execution
public import Expressions
public import Plan
internal import Processes

/// One deploy to one service, from the wait for its turn to the end of its rollout. Holds the turn while it lives.
///
/// Contract: `update` is called once, then `follow` at most once.
public final class ServiceDeploy {
    /// What is wanted of the service.
    public struct Wish: Sendable {
        public var cluster: String
        public var service: String
        /// Has ECS begin a deployment also where nothing changes.
        public var forcesNewDeployment = false
        public var desiredCount: Int?
        public var enablesManagedTags: Bool?
        public var propagateTags: String?
        /// Volumes that are configured when tasks start.
        public var volumes: ExpressionValue?
        /// Whether a commit that is older than what is deployed may be put over it.
        public var allowsOlder = false
        /// Whether this is a step back that somebody asked for: no commit is too old for it.
        public var goesBack = false
        /// The deployment that this one undoes.
        public var undoes: Int64?
        /// Whether the service may be one that is deployed by task sets.
        public var takesTaskSets = true

        public init(cluster: String, service: String) {
            self.cluster = cluster
            self.service = service
        }
    }

    /// How long and how often the rollout is looked at.
    public struct Following: Sendable {
        /// Seconds after which it counts as failed.
        public var limit: Double
        public var pace: Pace
        /// Whether what ran before is put back when it fails and ECS does not do that itself.
        public var rollsBack: Bool

        public init(limit: Double = 30 * 60, pace: Pace = Pace(), rollsBack: Bool = false) {
            self.limit = limit
            self.pace = pace
            self.rollsBack = rollsBack
        }
    }

    /// As it was before this deploy.
    public internal(set) var service: ECSService
    let wish: Wish
    let job: DeployingJob
    let cloud: Cloud
    let folder: String
    private let turn: FileLock
    var rollout: Rollout?
    /// The task set that was made, of a service that is deployed by them.
    var taskSet: ECSTaskSet?
    /// The deployment that ECS has begun, of a service whose traffic is shifted.
    var shift: TrafficShift?
    /// What was written down of it before.
    var trace: TaskSetTrace?
    private(set) var deployment: Deployment?

    /// Looks at the service, waits for the turn, and looks again.
    ///
    /// - Throws: `refused` where there is no such service, or one whose controller Slipway can't be; `older`.
    public init(_ wish: Wish, of job: DeployingJob, in cloud: Cloud) throws(DeploymentError) {
        self.wish = wish
        self.job = job
        self.cloud = cloud
        let found = try Self.find(wish, in: cloud)
        folder = try ServiceFolder.make(found.arn, in: job.folder)
        let ticket = ServiceQueue.Ticket(runID: job.runID, jobID: job.jobID, title: job.title)
        var isWaiting = false
        turn = try ServiceQueue(folder: folder, ticket: ticket).take(
            log: { reason in
                isWaiting = true
                cloud.log("\(found.title): \(reason)")
            }, pause: { () throws(DeploymentError) in try job.pause(.milliseconds(500)) })
        service = try isWaiting ? Self.find(wish, in: cloud) : found
        try check()
        try checkScaling()
    }

    /// - Throws: `refused` where there is no such service, or one whose controller Slipway can't be.
    public static func find(_ wish: Wish, in cloud: Cloud) throws(DeploymentError) -> ECSService {
        let found: ECSService?
        do throws(AWSError) { found = try cloud.ecs.service(named: wish.service, in: wish.cluster) } catch {
            guard error.code == "ClusterNotFoundException" else {
                throw DeploymentError(error.reason == .cancelled ? .cancelled : .unavailable, "\(error)")
            }
            throw DeploymentError(
                .refused,
                "there is no cluster \"\(wish.cluster)\" in \(cloud.ecs.region): check its name, the region, and that the credentials"
                    + " are of the right account")
        }
        let place = "the cluster \"\(wish.cluster)\" in \(cloud.ecs.region)"
        guard let service = found, service.status != "INACTIVE" else {
            throw DeploymentError(
                .refused,
                "there is no service \"\(wish.service)\" in \(place): check both names and the region, or create the service first"
            )
        }
        guard service.status == "ACTIVE" else {
            throw DeploymentError(
                .refused, "the service \"\(wish.service)\" in \(place) is \(service.status): it is being deleted")
        }
        try checkController(of: service, wish)
        return service
    }

    private static func checkController(of service: ECSService, _ wish: Wish) throws(DeploymentError) {
        switch service.deploymentController?.type {
        case nil, "ECS":
            guard service.strategy == nil else { return }
            let name = service.deploymentConfiguration?.strategy ?? ""
            throw DeploymentError(
                .refused,
                "the service \(service.title) has the deployment strategy \(name), whose deployments Slipway can't follow: it knows"
                    + " ROLLING, BLUE_GREEN, LINEAR and CANARY")
        case "EXTERNAL" where wish.takesTaskSets: return
        case "EXTERNAL":
            throw DeploymentError(
                .refused,
                "the service \(service.title) has the deployment controller EXTERNAL: the action slipway/ecs-deploy deploys it,"
                    + " by task sets, and amazon-ecs-deploy-task-definition does not")
        case let type?:
            throw DeploymentError(
                .refused,
                "the service \(service.title) has the deployment controller \(type): Slipway deploys services whose controller is"
                    + " ECS or EXTERNAL, and does not speak to CodeDeploy. ECS's own blue/green deployments (strategy BLUE_GREEN of the"
                    + " controller ECS) do the same")
        }
    }

    /// Whether this deploy would go back in time, or undo another deployment than the one it was asked to. Asked before each call that changes something.
    public func check() throws(DeploymentError) {
        let history = try ServiceHistory.read(in: folder)
        guard let last = history.current else { return }
        if let undone = wish.undoes, last.id > undone, last.id != deployment?.id {
            throw DeploymentError(
                .older,
                "run \(last.runID) has deployed to \(service.title) since this was asked for: the service is left as it is. Look at "
                    + "what it runs now, and roll that deployment back (\"slipway rollback \(last.runID)\") where it is still wanted"
            )
        }
        if let undone = wish.undoes { try checkUndone(undone, history) }
        guard !wish.goesBack, !wish.allowsOlder else { return }
        try job.checkOrder(after: history, of: service.title)
    }

    /// What the service is to run when this deploy fails: what ECS has brought about, not what it was last asked for.
    var previousTaskDefinition: String? {
        let completed = service.deployments?.first { $0.rolloutState == .completed }
        return completed?.taskDefinition ?? service.currentTaskDefinition
    }

    // MARK: - Changing

    /// Has the service run a task definition.
    ///
    /// - Parameter images: as they were resolved, for the record.
    public func update(
        to taskDefinition: String, images: [Deployment.Image]
    ) throws(DeploymentError) -> Deployment {
        try check()
        var deployment = Deployment(
            id: try job.nextID(), runID: job.runID, jobID: job.jobID, repository: job.repository, commit: job.commit,
            region: cloud.ecs.region, cluster: ECSService.lastName(of: service.clusterARN), service: service.name,
            serviceARN: service.arn, previousTaskDefinition: previousTaskDefinition, taskDefinition: taskDefinition,
            images: images, undoes: wish.undoes, startedAt: job.now())
        // Before the call: whoever comes after a crash is to know that it may have been made.
        var history = try ServiceHistory.read(in: folder)
        if wish.goesBack { deployment.commit = history.deployment(of: taskDefinition)?.commit ?? "" }
        history.begin(deployment)
        try history.write(in: folder)
        self.deployment = deployment
        job.tell(deployment)
        do throws(DeploymentError) {
            try send(taskDefinition)
        } catch {
            // A call that was cut off may have been made.
            let mayBeMade = [.cancelled, .unseen].contains(error.kind)
            let status: Deployment.Status = error.kind == .cancelled ? .cancelled : mayBeMade ? .lost : .failed
            // A task set that was made takes nobody's place.
            end(status, error.message, leavesEarlier: !mayBeMade || service.usesTaskSets)
            if !mayBeMade, !wish.goesBack { cloud.withdraw(taskDefinition) }
            throw error
        }
        return deployment
    }

    private func send(_ taskDefinition: String) throws(DeploymentError) {
        guard !service.usesTaskSets else { return try beginTaskSet(taskDefinition) }
        var update = ECSServiceUpdate(cluster: wish.cluster, service: wish.service, taskDefinition: taskDefinition)
        update.forceNewDeployment = wish.forcesNewDeployment ? true : nil
        update.desiredCount = wish.desiredCount
        update.enableECSManagedTags = wish.enablesManagedTags
        update.propagateTags = wish.propagateTags
        update.volumeConfigurations = wish.volumes
        // Whoever may not look at these could not follow what he begins.
        let earlier = service.shiftsTraffic ? try knownShifts() : []
        let updated: ECSService
        do throws(AWSError) { updated = try cloud.ecs.update(update) } catch {
            if error.reason == .cancelled { throw DeploymentError(.cancelled, "\(error)") }
            guard error.mayHaveBeenDone else { throw DeploymentError(.unavailable, "\(error)") }
            updated = try begun(taskDefinition, although: error)
        }
        if service.shiftsTraffic { return try beginShift(updated, taskDefinition, besides: earlier) }
        guard let primary = updated.primary else {
            throw DeploymentError(.unavailable, "ECS began no deployment of \(service.title)")
        }
        rollout = Rollout(primary.id, of: service)
        cloud.log("\(service.title): deployment \(primary.id) of \(ECSService.lastName(of: taskDefinition)) has begun")
    }

    /// The service, where a call whose answer was lost has begun the deployment all the same.
    private func begun(_ taskDefinition: String, although lost: AWSError) throws(DeploymentError) -> ECSService {
        cloud.log("##[warning]it is not known whether ECS began the deployment, so the service is looked at: \(lost)")
        let now: ECSService?
        do throws(AWSError) { now = try cloud.ecs.service(named: wish.service, in: wish.cluster) } catch {
            throw DeploymentError(
                .unseen,
                "\(lost); whether \(service.title) runs \(ECSService.lastName(of: taskDefinition)) could not be seen: \(error). Look "
                    + "at the service before anything else is deployed to it")
        }
        let earlier = (service.deployments ?? []).map(\.id)
        // Which of its deployments is a new one is seen there.
        if service.shiftsTraffic, let now { return now }
        guard let now, let primary = now.primary, primary.taskDefinition == taskDefinition, !earlier.contains(primary.id) else {
            throw DeploymentError(.unavailable, "\(lost); \(service.title) was left as it was")
        }
        return now
    }

    /// Its end, in the history and for the page.
    ///
    /// - Parameter leavesEarlier: whether the service has what it had before.
    func end(_ status: Deployment.Status, _ reason: String?, leavesEarlier: Bool = false) {
        guard let running = deployment else { return }
        let ended = running.ended(status, reason, at: job.now())
        deployment = ended
        do throws(DeploymentError) {
            var history = try ServiceHistory.read(in: folder)
            history.end(ended, leavesEarlier: leavesEarlier || status == .rolledBack)
            try history.write(in: folder)
        } catch {
            // The service is what it is; the next deploy compares with the deployment as it was begun.
            cloud.log("##[warning]\(error.message)")
        }
        job.tell(ended)
    }

    /// Nobody waits for the rollout's end.
    public func leave() { end(.begun, nil) }
}
