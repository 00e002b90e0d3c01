extension AWSService {
    public static let autoScaling = AWSService(
        name: "Application Auto Scaling", identifier: "application_auto_scaling", endpointPrefix: "application-autoscaling",
        format: .json(version: "1.1", target: "AnyScaleFrontendService"))
}

/// What Application Auto Scaling may change of ECS' services. Calls block, as ``AWSClient``'s.
public struct ScalableTargets: Sendable {
    private let client: AWSClient

    public init(_ configuration: AWSConfiguration) { client = AWSClient(.autoScaling, configuration) }

    public struct Target: Sendable, Equatable, Decodable {
        /// `service/cluster/name`.
        public var resource: String
        /// `ecs:service:DesiredCount`.
        public var dimension: String
        public var minimum: Int
        public var maximum: Int

        enum CodingKeys: String, CodingKey {
            case resource = "ResourceId"
            case dimension = "ScalableDimension"
            case minimum = "MinCapacity"
            case maximum = "MaxCapacity"
        }
    }

    private struct Request: Encodable {
        var namespace = "ecs"
        var dimension = "ecs:service:DesiredCount"
        var resources: [String]

        enum CodingKeys: String, CodingKey {
            case namespace = "ServiceNamespace"
            case dimension = "ScalableDimension"
            case resources = "ResourceIds"
        }
    }

    private struct Answer: Decodable {
        var targets: [Target]?

        enum CodingKeys: String, CodingKey {
            case targets = "ScalableTargets"
        }
    }

    /// Between how many tasks a service is scaled; nil where it is not.
    ///
    /// - Parameter resource: `service/cluster/name`.
    public func desiredCount(of resource: String, _ patience: AWSPatience = .endless) throws(AWSError) -> Target? {
        try client.call("DescribeScalableTargets", Request(resources: [resource]), as: Answer.self, patience).targets?.first
    }
}
