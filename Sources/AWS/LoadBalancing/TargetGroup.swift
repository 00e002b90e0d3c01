internal import XML

extension AWSService {
    public static let loadBalancing = AWSService(
        name: "Elastic Load Balancing", identifier: "elastic_load_balancing_v2", endpointPrefix: "elasticloadbalancing",
        format: .query(version: "2015-12-01"))
}

/// A load balancer's target group. Calls block, as ``AWSClient``'s.
public struct TargetGroup: Sendable {
    public let arn: String
    private let client: AWSClient

    public init(_ arn: String, _ configuration: AWSConfiguration) {
        self.arn = arn
        client = AWSClient(.loadBalancing, configuration)
    }

    /// How the load balancer finds one target.
    public struct Health: Sendable, Equatable {
        /// An instance's id, or an address.
        public var target: String
        public var port: Int?
        /// `initial`, `healthy`, `unhealthy`, `unused`, `draining` or `unavailable`.
        public var state: String
        /// `Target.FailedHealthChecks`, for one; nil while it is healthy.
        public var reason: String?
        public var explanation: String?
    }

    public func health(_ patience: AWSPatience = .endless) throws(AWSError) -> [Health] {
        let result = try client.callQuery("DescribeTargetHealth", [("TargetGroupArn", arn)], patience)
        return (result.child("TargetHealthDescriptions")?.children("member") ?? []).map { member in
            Health(
                target: member.text(at: "Target", "Id") ?? "", port: member.text(at: "Target", "Port").flatMap { Int($0) },
                state: member.text(at: "TargetHealth", "State") ?? "unknown",
                reason: member.text(at: "TargetHealth", "Reason"),
                explanation: member.text(at: "TargetHealth", "Description"))
        }
    }
}
