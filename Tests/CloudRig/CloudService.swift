internal import Foundation

/// A cluster of its own with one service, `web`, which runs `app:1` of a family of its own, in an AWS of the tests.
public struct CloudService: Sendable {
    public let rig: CloudRig
    public let cluster: String
    public let name = "web"
    public var family: String { cluster }

    /// - Parameter options: more members of `CreateService`: `"deploymentConfiguration":{…}`.
    public init(_ rig: CloudRig, desiredCount: Int = 1, options: String = "") throws {
        self.rig = rig
        cluster = "c" + UUID().uuidString.lowercased().prefix(8)
        try rig.ecs("CreateCluster", #"{"clusterName":"\#(cluster)"}"#)
        try rig.ecs("RegisterTaskDefinition", definition())
        let more = options.isEmpty ? "" : ",\(options)"
        try rig.ecs(
            "CreateService",
            #"{"cluster":"\#(cluster)","serviceName":"web","taskDefinition":"\#(cluster)","desiredCount":\#(desiredCount)\#(more)}"#
        )
    }

    /// A service that is deployed by task sets, of which the first is the primary one.
    public static func external(_ rig: CloudRig) throws -> CloudService {
        let service = try CloudService(rig, options: #""deploymentController":{"type":"EXTERNAL"}"#)
        let place = #""cluster":"\#(service.cluster)","service":"web""#
        let network = #""networkConfiguration":{"awsvpcConfiguration":{"subnets":["subnet-1"],"securityGroups":["sg-1"]}}"#
        let what = #""taskDefinition":"\#(service.family)","launchType":"FARGATE","scale":{"value":100,"unit":"PERCENT"}"#
        let text = try rig.ecs("CreateTaskSet", #"{\#(place),\#(what),\#(network)}"#)
        let answer = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        let arn = (answer?["taskSet"] as? [String: Any])?["taskSetArn"] as? String ?? ""
        try rig.ecs("UpdateServicePrimaryTaskSet", #"{\#(place),"primaryTaskSet":"\#(arn)"}"#)
        return service
    }

    /// The members of its task sets.
    public func taskSets() throws -> [[String: Any]] {
        let text = try rig.ecs("DescribeTaskSets", #"{"cluster":"\#(cluster)","service":"web"}"#)
        let answer = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        return answer?["taskSets"] as? [[String: Any]] ?? []
    }

    /// A task definition of the family, with one container `app`.
    ///
    /// - Parameter environment: what it does; see `cloud_services.py`.
    public func definition(image: String = "busybox:1", _ environment: [String: String] = [:]) -> String {
        let pairs = environment.sorted { $0.key < $1.key }.map { #"{"name":"\#($0.key)","value":"\#($0.value)"}"# }
        return """
            {"family":"\(family)","containerDefinitions":[{"name":"app","image":"\(image)","memory":128,"essential":true,
            "environment":[\(pairs.joined(separator: ","))],"logConfiguration":{"logDriver":"awslogs","options":{
            "awslogs-group":"/ecs/\(family)","awslogs-region":"\(CloudRig.region)","awslogs-stream-prefix":"ecs"}}}]}
            """
    }

    /// `family:revision` of what the service is asked to run.
    public func taskDefinition() throws -> String {
        let text = try rig.ecs("DescribeServices", #"{"cluster":"\#(cluster)","services":["web"]}"#)
        let answer = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        let services = answer?["services"] as? [[String: Any]]
        let arn = services?.first?["taskDefinition"] as? String ?? ""
        return arn.split(separator: "/").last.map(String.init) ?? arn
    }

    /// What is registered under `family:revision`: the image of its first container.
    public func image(of taskDefinition: String) throws -> String {
        let text = try rig.ecs("DescribeTaskDefinition", #"{"taskDefinition":"\#(taskDefinition)"}"#)
        let answer = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        let definition = answer?["taskDefinition"] as? [String: Any]
        let containers = definition?["containerDefinitions"] as? [[String: Any]]
        return containers?.first?["image"] as? String ?? ""
    }

    /// Has the service run something else, as somebody else than Slipway would do it.
    public func update(_ environment: [String: String] = [:]) throws {
        try rig.ecs("RegisterTaskDefinition", definition(environment))
        try rig.ecs("UpdateService", #"{"cluster":"\#(cluster)","service":"web","taskDefinition":"\#(family)"}"#)
    }
}

extension CloudRig {
    /// Makes a repository of ECR with one image in it.
    ///
    /// - Returns: its digest.
    public func makeImage(in repository: String, tag: String) throws -> String {
        _ = try? ecr("CreateRepository", #"{"repositoryName":"\#(repository)"}"#)
        let digest = "sha256:" + (0..<64).map { _ in "0123456789abcdef".randomElement().map(String.init) ?? "0" }.joined()
        let manifest = """
            {"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.v2+json","config":{"mediaType":\
            "application/vnd.docker.container.image.v1+json","size":1,"digest":"\(digest)"},"layers":[]}
            """
        let encoded = String(decoding: try JSONEncoder().encode(manifest), as: UTF8.self)
        try ecr(
            "PutImage",
            #"{"repositoryName":"\#(repository)","imageManifest":\#(encoded),"imageTag":"\#(tag)","imageDigest":"\#(digest)"}"#)
        return digest
    }
}
