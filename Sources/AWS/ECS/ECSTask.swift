public import FoundationEssentials

/// A task as ECS describes it.
///
/// See the type `Task` of ECS's API reference.
public struct ECSTask: Decodable, Equatable, Sendable {
    public struct Container: Decodable, Equatable, Sendable {
        public var name: String
        public var lastStatus: String?
        /// Nil where it never ran.
        public var exitCode: Int?
        /// What the agent says about its end: why its image could not be pulled, or that its memory ran out.
        public var reason: String?
        public var image: String?
        public var imageDigest: String?
        public var healthStatus: String?
    }

    public var arn: String
    public var taskDefinitionARN: String?
    public var lastStatus: String?
    public var desiredStatus: String?
    /// Of a service's task, the id of its deployment.
    public var startedBy: String?
    public var stopCode: String?
    public var stoppedReason: String?
    public var startedAt: Date?
    public var stoppedAt: Date?
    public var healthStatus: String?
    public var containers: [Container]?

    enum CodingKeys: String, CodingKey {
        case arn = "taskArn"
        case taskDefinitionARN = "taskDefinitionArn"
        case lastStatus, desiredStatus, startedBy, stopCode, stoppedReason, startedAt, stoppedAt, healthStatus, containers
    }

    /// The last part of its ARN, by which logs and the console know it.
    public var id: String { ECSService.lastName(of: arn) }

    public var isStopped: Bool { lastStatus == "STOPPED" }
}

/// A registered task definition: what is needed of it beside its text.
public struct ECSTaskDefinition: Decodable, Equatable, Sendable {
    public struct Container: Decodable, Equatable, Sendable {
        public struct LogConfiguration: Decodable, Equatable, Sendable {
            public var logDriver: String
            public var options: [String: String]?
        }

        public var name: String
        public var image: String?
        public var essential: Bool?
        public var logConfiguration: LogConfiguration?
    }

    public var arn: String
    public var family: String
    public var revision: Int?
    public var status: String?
    public var networkMode: String?
    public var containerDefinitions: [Container]?

    enum CodingKeys: String, CodingKey {
        case arn = "taskDefinitionArn"
        case family, revision, status, networkMode, containerDefinitions
    }

    /// As people write it: `family:revision`.
    public var title: String { ECSService.lastName(of: arn) }

    /// The names of the containers whose end is the task's end: all that do not say otherwise.
    public var essentialContainers: [String] { (containerDefinitions ?? []).filter { $0.essential != false }.map(\.name) }

    /// Where the log of one of its containers is, of a task with this id; nil where it does not log to CloudWatch.
    ///
    /// - Parameter region: of the task, for a configuration that names none.
    public func logStream(of container: String, task id: String, region: String) -> ECSLogStream? {
        guard let configuration = containerDefinitions?.first(where: { $0.name == container })?.logConfiguration,
            configuration.logDriver == "awslogs", let options = configuration.options,
            let group = options["awslogs-group"], let prefix = options["awslogs-stream-prefix"]
        else { return nil }
        return ECSLogStream(region: options["awslogs-region"] ?? region, group: group, name: "\(prefix)/\(container)/\(id)")
    }
}

/// A stream of CloudWatch Logs that a task's container writes to.
public struct ECSLogStream: Equatable, Sendable {
    public var region: String
    public var group: String
    public var name: String
}
