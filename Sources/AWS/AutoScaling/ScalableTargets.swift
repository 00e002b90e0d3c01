extension AWSService {
    public static let autoScaling = AWSService(
        name: "Application Auto Scaling", identifier: "application_auto_scaling", endpointPrefix: "application-autoscaling",
        format: .json(version: "1.1", target: "AnyScaleFrontendService"))
}

/// What Application Auto Scaling may change of ECS' services. Calls block, as ``AWSClient``'s.
public struct ScalableTargets: Sendable {
    private let client: AWSClient
    private static let namespace = "ecs"

    public init(_ configuration: AWSConfiguration) { client = AWSClient(.autoScaling, configuration) }

    /// What is held back.
    public struct Suspension: Sendable, Equatable, Codable {
        public var scalingIn: Bool
        public var scalingOut: Bool
        public var scheduled: Bool

        public init(scalingIn: Bool = false, scalingOut: Bool = false, scheduled: Bool = false) {
            self.scalingIn = scalingIn
            self.scalingOut = scalingOut
            self.scheduled = scheduled
        }

        enum CodingKeys: String, CodingKey {
            case scalingIn = "DynamicScalingInSuspended"
            case scalingOut = "DynamicScalingOutSuspended"
            case scheduled = "ScheduledScalingSuspended"
        }

        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            scalingIn = try container.decodeIfPresent(Bool.self, forKey: .scalingIn) ?? false
            scalingOut = try container.decodeIfPresent(Bool.self, forKey: .scalingOut) ?? false
            scheduled = try container.decodeIfPresent(Bool.self, forKey: .scheduled) ?? false
        }
    }

    public struct Target: Sendable, Equatable, Decodable {
        /// `service/cluster/name`.
        public var resource: String
        /// `ecs:service:DesiredCount`.
        public var dimension: String
        public var minimum: Int
        public var maximum: Int
        public var suspension: Suspension?

        enum CodingKeys: String, CodingKey {
            case resource = "ResourceId"
            case dimension = "ScalableDimension"
            case minimum = "MinCapacity"
            case maximum = "MaxCapacity"
            case suspension = "SuspendedState"
        }
    }

    private struct Request: Encodable {
        var namespace = ScalableTargets.namespace
        var resources: [String]?
        var resource: String?
        var dimension: String?
        var minimum: Int?
        var maximum: Int?
        var suspension: Suspension?
        var token: String?

        enum CodingKeys: String, CodingKey {
            case namespace = "ServiceNamespace"
            case resources = "ResourceIds"
            case resource = "ResourceId"
            case dimension = "ScalableDimension"
            case minimum = "MinCapacity"
            case maximum = "MaxCapacity"
            case suspension = "SuspendedState"
            case token = "NextToken"
        }
    }

    private struct Answer: Decodable {
        var targets: [Target]?
        var token: String?

        enum CodingKeys: String, CodingKey {
            case targets = "ScalableTargets"
            case token = "NextToken"
        }
    }

    /// The targets of these resources; of those that are not registered there is none.
    public func describe(_ resources: [String], _ patience: AWSPatience = .endless) throws(AWSError) -> [Target] {
        var targets: [Target] = []
        var request = Request(resources: resources)
        repeat {
            let answer = try client.call("DescribeScalableTargets", request, as: Answer.self, patience)
            targets += answer.targets ?? []
            request.token = answer.token
        } while request.token != nil
        return targets
    }

    /// Registers a target, or changes what is given here of one that is there.
    public func register(
        _ resource: String, dimension: String = "ecs:service:DesiredCount", minimum: Int? = nil, maximum: Int? = nil,
        suspension: Suspension? = nil, _ patience: AWSPatience = .endless
    ) throws(AWSError) {
        let request = Request(
            resource: resource, dimension: dimension, minimum: minimum, maximum: maximum, suspension: suspension)
        _ = try client.call("RegisterScalableTarget", request, as: AWSNothing.self, patience)
    }

    /// Takes a target from auto-scaling, with its policies. One that is not there is no error.
    public func deregister(
        _ resource: String, dimension: String = "ecs:service:DesiredCount", _ patience: AWSPatience = .endless
    ) throws(AWSError) {
        do throws(AWSError) {
            _ = try client.call(
                "DeregisterScalableTarget", Request(resource: resource, dimension: dimension), as: AWSNothing.self, patience)
        } catch {
            if error.code != "ObjectNotFoundException" { throw error }
        }
    }
}
