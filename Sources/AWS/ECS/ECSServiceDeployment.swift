public import FoundationEssentials

/// How a service's tasks make place for others: `ROLLING`, or one of those that shift traffic from one set of tasks to another.
public enum ECSDeploymentStrategy: String, Sendable {
    case rolling = "ROLLING"
    /// All of the traffic at once.
    case blueGreen = "BLUE_GREEN"
    /// In equal parts.
    case linear = "LINEAR"
    /// A small part first, then the rest.
    case canary = "CANARY"
}

/// The deployment of a service as one of its revisions takes the place of another: what ECS tells of it where traffic is shifted.
///
/// See the type `ServiceDeployment` of ECS's API reference.
public struct ECSServiceDeployment: Decodable, Equatable, Sendable {
    /// Something that ECS asks or waits for at a stage.
    public struct Hook: Decodable, Equatable, Sendable {
        public var hookId: String?
        /// `AWS_LAMBDA` or `PAUSE`.
        public var targetType: String?
        public var targetArn: String?
        /// `AWAITING_ACTION`, `IN_PROGRESS`, `SUCCEEDED`, `FAILED` or `TIMED_OUT`.
        public var status: String?
    }

    public struct Rollback: Decodable, Equatable, Sendable {
        public var reason: String?
    }

    public var arn: String
    /// `PENDING`, `IN_PROGRESS`, `SUCCESSFUL`, `STOP_REQUESTED`, `STOPPED`, `ROLLBACK_REQUESTED`, `ROLLBACK_IN_PROGRESS`,
    /// `ROLLBACK_SUCCESSFUL` or `ROLLBACK_FAILED`.
    public var status: String?
    public var statusReason: String?
    /// From `RECONCILE_SERVICE` to `CLEAN_UP`; nil before the first, and for whoever only lists.
    public var lifecycleStage: String?
    public var lifecycleHookDetails: [Hook]?
    public var rollback: Rollback?
    public var createdAt: Date?

    enum CodingKeys: String, CodingKey {
        case arn = "serviceDeploymentArn"
        case status, statusReason, lifecycleStage, lifecycleHookDetails, rollback, createdAt
    }
}

extension ECSClient {
    private struct ListInput: Encodable {
        var service: String
        var cluster: String
        var maxResults = 20
    }

    private struct DescribeInput: Encodable {
        var serviceDeploymentArns: [String]
    }

    private struct StopInput: Encodable {
        var serviceDeploymentArn: String
        var stopType = "ROLLBACK"
    }

    private struct Answer: Decodable {
        var serviceDeployments: [ECSServiceDeployment]?
    }

    private struct StopAnswer: Decodable {
        var serviceDeploymentArn: String?
    }

    /// The newest deployments of a service, at most twenty, the newest first; without their stages.
    public func serviceDeployments(of service: String, in cluster: String) throws(AWSError) -> [ECSServiceDeployment] {
        let answer: Answer = try call("ListServiceDeployments", ListInput(service: service, cluster: cluster))
        return (answer.serviceDeployments ?? []).sorted { ($0.createdAt ?? .distantPast) > ($1.createdAt ?? .distantPast) }
    }

    /// - Returns: nil where ECS does not know it.
    public func serviceDeployment(_ arn: String) throws(AWSError) -> ECSServiceDeployment? {
        let answer: Answer = try call("DescribeServiceDeployments", DescribeInput(serviceDeploymentArns: [arn]))
        return answer.serviceDeployments?.first
    }

    /// Has ECS end a deployment under way, and go back to what ran before.
    public func rollBack(serviceDeployment arn: String) throws(AWSError) {
        let _: StopAnswer = try call("StopServiceDeployment", StopInput(serviceDeploymentArn: arn))
    }
}
