/// Amazon ECS: services, tasks and task definitions of one region.
///
/// Calls block. See ECS's API reference for what each may be refused for.
public struct ECSClient: Sendable {
    public static let service = AWSService(
        name: "Amazon ECS", identifier: "ecs", endpointPrefix: "ecs",
        format: .json(version: "1.1", target: "AmazonEC2ContainerServiceV20141113"))

    public let region: String
    private let client: AWSClient
    private let patience: AWSPatience

    /// - Throws: where no region is known.
    public init(_ configuration: AWSConfiguration, patience: AWSPatience = .endless) throws(AWSError) {
        client = AWSClient(Self.service, configuration)
        region = try client.region()
        self.patience = patience
    }

    func call<Answer: Decodable>(
        _ operation: String, _ input: some Encodable, as answer: Answer.Type = Answer.self
    ) throws(AWSError) -> Answer {
        try client.call(operation, input, as: answer, patience)
    }
}

// MARK: - Task definitions

extension ECSClient {
    private struct DefinitionAnswer<Definition: Decodable>: Decodable {
        var taskDefinition: Definition
    }

    private struct DefinitionInput: Encodable {
        var taskDefinition: String
        var include: [String]?
    }

    private struct TaggedDefinition<Definition: Decodable, Tags: Decodable>: Decodable {
        var taskDefinition: Definition
        var tags: Tags?
    }

    /// - Parameter definition: the members that `RegisterTaskDefinition` takes, and no others.
    public func register(taskDefinition definition: some Encodable) throws(AWSError) -> ECSTaskDefinition {
        try call("RegisterTaskDefinition", definition, as: DefinitionAnswer.self).taskDefinition
    }

    /// - Parameters:
    ///   - name: a family, whose newest is meant, `family:revision`, or an ARN.
    ///   - type: what is to be known of it: `ECSTaskDefinition`, or a type that keeps each member.
    public func taskDefinition<Definition: Decodable>(
        named name: String, as type: Definition.Type = ECSTaskDefinition.self
    ) throws(AWSError) -> Definition {
        try call("DescribeTaskDefinition", DefinitionInput(taskDefinition: name), as: DefinitionAnswer.self).taskDefinition
    }

    /// The same with its tags, which ECS tells beside it; nil where it tells none.
    public func taggedTaskDefinition<Definition: Decodable, Tags: Decodable>(
        named name: String, as type: Definition.Type, tagsAs tags: Tags.Type
    ) throws(AWSError) -> (definition: Definition, tags: Tags?) {
        let answer = try call(
            "DescribeTaskDefinition", DefinitionInput(taskDefinition: name, include: ["TAGS"]),
            as: TaggedDefinition<Definition, Tags>.self)
        return (answer.taskDefinition, answer.tags)
    }

    /// Has no new task or service use it; those that do go on.
    public func deregister(taskDefinition arn: String) throws(AWSError) {
        _ = try call(
            "DeregisterTaskDefinition", DefinitionInput(taskDefinition: arn), as: DefinitionAnswer<ECSTaskDefinition>.self)
    }
}

// MARK: - Services

/// What is to be changed of a service; what is nil stays.
public struct ECSServiceUpdate: Encodable, Sendable {
    public var cluster: String
    public var service: String
    public var taskDefinition: String?
    public var forceNewDeployment: Bool?
    public var desiredCount: Int?
    public var enableECSManagedTags: Bool?
    public var propagateTags: String?
    /// As `UpdateService` takes them.
    public var volumeConfigurations: (any Encodable & Sendable)?

    public init(cluster: String, service: String, taskDefinition: String?) {
        self.cluster = cluster
        self.service = service
        self.taskDefinition = taskDefinition
    }

    private enum Key: String, CodingKey {
        case cluster, service, taskDefinition, forceNewDeployment, desiredCount, enableECSManagedTags, propagateTags
        case volumeConfigurations
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(cluster, forKey: .cluster)
        try container.encode(service, forKey: .service)
        try container.encodeIfPresent(taskDefinition, forKey: .taskDefinition)
        try container.encodeIfPresent(forceNewDeployment, forKey: .forceNewDeployment)
        try container.encodeIfPresent(desiredCount, forKey: .desiredCount)
        try container.encodeIfPresent(enableECSManagedTags, forKey: .enableECSManagedTags)
        try container.encodeIfPresent(propagateTags, forKey: .propagateTags)
        try volumeConfigurations?.encode(to: container.superEncoder(forKey: .volumeConfigurations))
    }
}

extension ECSClient {
    private struct ServicesInput: Encodable {
        var cluster: String
        var services: [String]
    }

    private struct ServicesAnswer: Decodable {
        var services: [ECSService]?
        var failures: [ECSFailure]?
    }

    private struct ServiceAnswer: Decodable {
        var service: ECSService
    }

    /// - Returns: nil where the cluster has no such service.
    /// - Throws: also where there is no such cluster.
    public func service(named name: String, in cluster: String) throws(AWSError) -> ECSService? {
        let answer: ServicesAnswer = try call("DescribeServices", ServicesInput(cluster: cluster, services: [name]))
        return answer.services?.first
    }

    /// - Returns: the service with the deployment that this began.
    public func update(_ update: ECSServiceUpdate) throws(AWSError) -> ECSService {
        try call("UpdateService", update, as: ServiceAnswer.self).service
    }
}

// MARK: - Tasks

extension ECSClient {
    private struct ListInput: Encodable {
        var cluster: String
        var serviceName: String?
        var startedBy: String?
        var desiredStatus: String?
        var maxResults = 100
    }

    private struct ListAnswer: Decodable {
        var taskArns: [String]?
    }

    private struct TasksInput: Encodable {
        var cluster: String
        var tasks: [String]
    }

    private struct TasksAnswer: Decodable {
        var tasks: [ECSTask]?
        var failures: [ECSFailure]?
    }

    private struct StopInput: Encodable {
        var cluster: String
        var task: String
        var reason: String
    }

    private struct StopAnswer: Decodable {
        var task: ECSTask?
    }

    /// The tasks of a service that have stopped lately; ECS forgets them after an hour. At most a hundred.
    public func stoppedTasks(ofService name: String, in cluster: String) throws(AWSError) -> [ECSTask] {
        let answer: ListAnswer = try call(
            "ListTasks", ListInput(cluster: cluster, serviceName: name, desiredStatus: "STOPPED"))
        return try tasks(answer.taskArns ?? [], in: cluster)
    }

    /// What is known of tasks; those that ECS has forgotten are left out. At most a hundred.
    public func tasks(_ arns: [String], in cluster: String) throws(AWSError) -> [ECSTask] {
        guard !arns.isEmpty else { return [] }
        let answer: TasksAnswer = try call("DescribeTasks", TasksInput(cluster: cluster, tasks: arns))
        return answer.tasks ?? []
    }

    /// Starts tasks.
    ///
    /// - Parameter input: the members that `RunTask` takes.
    /// - Returns: the tasks that were started, and why others were not.
    public func run(_ input: some Encodable) throws(AWSError) -> (tasks: [ECSTask], failures: [ECSFailure]) {
        let answer: TasksAnswer = try call("RunTask", input)
        return (answer.tasks ?? [], answer.failures ?? [])
    }

    public func stop(task arn: String, in cluster: String, reason: String) throws(AWSError) {
        let _: StopAnswer = try call("StopTask", StopInput(cluster: cluster, task: arn, reason: reason))
    }
}
