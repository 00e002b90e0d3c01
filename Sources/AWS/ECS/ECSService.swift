public import FoundationEssentials

/// A service as ECS describes it: what a deploy has to know of it.
///
/// See the type `Service` of ECS's API reference.
public struct ECSService: Decodable, Equatable, Sendable {
    /// A place where the service's tasks are registered.
    public struct LoadBalancer: Decodable, Equatable, Sendable {
        /// Of services whose deployments shift traffic.
        public struct Alternate: Decodable, Equatable, Sendable {
            public var alternateTargetGroupArn: String?
        }

        public var targetGroupARN: String?
        public var containerName: String?
        public var containerPort: Int?
        public var advancedConfiguration: Alternate?

        enum CodingKeys: String, CodingKey {
            case targetGroupARN = "targetGroupArn"
            case containerName, containerPort, advancedConfiguration
        }
    }

    public struct Event: Decodable, Equatable, Sendable {
        public var id: String
        public var createdAt: Date?
        public var message: String
    }

    public struct Controller: Decodable, Equatable, Sendable {
        /// `ECS`, `CODE_DEPLOY` or `EXTERNAL`.
        public var type: String
    }

    public struct DeploymentConfiguration: Decodable, Equatable, Sendable {
        public struct CircuitBreaker: Decodable, Equatable, Sendable {
            public var enable: Bool
            public var rollback: Bool
        }

        public struct Linear: Decodable, Equatable, Sendable {
            public var stepPercent: Double?
            public var stepBakeTimeInMinutes: Int?
        }

        public struct Canary: Decodable, Equatable, Sendable {
            public var canaryBakeTimeInMinutes: Int?
        }

        public var deploymentCircuitBreaker: CircuitBreaker?
        /// As ``ECSDeploymentStrategy`` has them; nil: rolling.
        public var strategy: String?
        /// How long the former tasks stay once all of the traffic is with the others.
        public var bakeTimeInMinutes: Int?
        public var linearConfiguration: Linear?
        public var canaryConfiguration: Canary?
    }

    public var arn: String
    public var name: String
    public var clusterARN: String
    /// `ACTIVE`, `DRAINING` or `INACTIVE`.
    public var status: String
    public var taskDefinition: String?
    public var desiredCount: Int
    public var runningCount: Int?
    public var pendingCount: Int?
    /// The newest first; none where the controller is not ECS itself.
    public var deployments: [ECSDeployment]?
    public var taskSets: [ECSTaskSet]?
    /// The newest first.
    public var events: [Event]?
    public var loadBalancers: [LoadBalancer]?
    public var deploymentController: Controller?
    public var deploymentConfiguration: DeploymentConfiguration?
    /// The ARN of the ``ECSServiceDeployment`` under way.
    public var currentServiceDeployment: String?

    enum CodingKeys: String, CodingKey {
        case arn = "serviceArn"
        case name = "serviceName"
        case clusterARN = "clusterArn"
        case status, taskDefinition, desiredCount, runningCount, pendingCount, deployments, taskSets, events, loadBalancers
        case deploymentController, deploymentConfiguration, currentServiceDeployment
    }

    /// The one that ECS brings about, or has brought about.
    public var primary: ECSDeployment? { deployments?.first { $0.status == "PRIMARY" } }

    /// The task set that the service takes for what it runs; nil where ECS itself deploys it, or where it has none yet.
    public var primaryTaskSet: ECSTaskSet? { taskSets?.first { $0.status == "PRIMARY" } }

    /// What it runs, or was last asked to.
    public var currentTaskDefinition: String? { primaryTaskSet?.taskDefinition ?? taskDefinition }

    /// Whether somebody else than ECS deploys it, by task sets.
    public var usesTaskSets: Bool { deploymentController?.type == "EXTERNAL" }

    /// Nil for one that ECS has come to have since.
    public var strategy: ECSDeploymentStrategy? {
        guard let name = deploymentConfiguration?.strategy else { return .rolling }
        return ECSDeploymentStrategy(rawValue: name)
    }

    /// Whether its deployments have two sets of tasks, and traffic that goes from one to the other.
    public var shiftsTraffic: Bool { !usesTaskSets && strategy != .rolling }

    /// The service as people know it: `cluster/service`.
    public var title: String { "\(Self.lastName(of: clusterARN))/\(name)" }

    public static func lastName(of arn: String) -> String { arn.split(separator: "/").last.map(String.init) ?? arn }
}

/// One deployment of a service that ECS itself controls.
public struct ECSDeployment: Decodable, Equatable, Sendable {
    public enum RolloutState: String, Decodable, Sendable {
        case inProgress = "IN_PROGRESS"
        case completed = "COMPLETED"
        case failed = "FAILED"
    }

    /// `ecs-svc/…`
    public var id: String
    /// `PRIMARY` for the newest, `ACTIVE` for one that still has tasks, `INACTIVE`.
    public var status: String
    public var taskDefinition: String?
    public var desiredCount: Int?
    public var pendingCount: Int?
    public var runningCount: Int?
    /// Tasks that did not start, or did not become healthy, one after the other.
    public var failedTasks: Int?
    public var createdAt: Date?
    /// Nil where the service is not of the kind that has one.
    public var rolloutState: RolloutState?
    public var rolloutStateReason: String?
}

/// A set of tasks of a service whose deployments something else than ECS controls.
public struct ECSTaskSet: Decodable, Equatable, Sendable {
    public var id: String
    public var arn: String?
    /// As whoever made it called it.
    public var externalID: String?
    public var status: String?
    public var taskDefinition: String?
    public var runningCount: Int?
    public var pendingCount: Int?
    /// How many tasks its scale makes of the service's desired count.
    public var computedDesiredCount: Int?
    /// `STABILIZING`, or `STEADY_STATE`: all its tasks run, and are healthy to load balancers and health checks.
    public var stabilityStatus: String?

    enum CodingKeys: String, CodingKey {
        case id
        case arn = "taskSetArn"
        case externalID = "externalId"
        case status, taskDefinition, runningCount, pendingCount, computedDesiredCount, stabilityStatus
    }

    /// Whether the service takes it for what it runs.
    public var isPrimary: Bool { status == "PRIMARY" }

    public var isSteady: Bool { stabilityStatus == "STEADY_STATE" && (runningCount ?? 0) >= (computedDesiredCount ?? 0) }
}

/// Why something that was asked about is not in the answer.
public struct ECSFailure: Decodable, Equatable, Sendable {
    public var arn: String?
    public var reason: String?
    public var detail: String?

    public var description: String {
        let text = [reason, detail].compactMap { $0 }.joined(separator: ": ")
        return "\(arn ?? "it") is \(text.isEmpty ? "not there" : text)"
    }
}
