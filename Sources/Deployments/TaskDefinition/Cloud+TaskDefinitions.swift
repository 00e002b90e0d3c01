public import AWS
internal import Expressions
public import Plan

/// A task definition that was registered, with the images that it names.
public struct RegisteredTaskDefinition: Sendable {
    public var definition: ECSTaskDefinition
    public var images: [Deployment.Image]

    public var arn: String { definition.arn }
}

extension Cloud {
    /// What ECS has under a family, `family:revision` or an ARN, each member of it, and its tags, as one registers them.
    public func taskDefinition(named name: String) throws(DeploymentError) -> TaskDefinitionDocument {
        var (members, tags) = try asking { () throws(AWSError) in
            try ecs.taggedTaskDefinition(named: name, as: ExpressionObject.self, tagsAs: ExpressionValue.self)
        }
        if case .array(let tags)? = tags, !tags.isEmpty { members["tags"] = .array(tags) }
        return try TaskDefinitionDocument(members, name: name)
    }

    public func describe(taskDefinition name: String) throws(DeploymentError) -> ECSTaskDefinition {
        try asking { () throws(AWSError) in try ecs.taskDefinition(named: name) }
    }

    /// Takes back a task definition that no service took: who runs its family by name is to get the one before.
    func withdraw(_ taskDefinition: String) {
        let name = ECSService.lastName(of: taskDefinition)
        do throws(AWSError) {
            try ecs.deregister(taskDefinition: taskDefinition)
            log("deregistered \(name), which nothing runs")
        } catch {
            log("##[warning]\(name), which nothing runs, could not be deregistered: \(error)")
        }
    }

    /// Registers a task definition whose images are in their registries, each by its digest.
    ///
    /// - Parameters:
    ///   - kept: keys whose empty values stay.
    ///   - gate: refuses images by what ECR's scan found in them.
    ///   - running: the ARN of the task definition that the new one comes after: images that it has, too, may be such as the
    ///     credentials must not look at.
    ///   - before: called once everything is known, just before ECS is told.
    public func register(
        _ document: TaskDefinitionDocument, keepingEmpty kept: Set<String> = [], gate: ScanGate? = nil,
        after running: String? = nil, before: () throws(DeploymentError) -> Void = {}
    ) throws(DeploymentError) -> RegisteredTaskDefinition {
        guard document.family != nil else {
            throw DeploymentError(.refused, "the task definition has no \"family\", by which ECS knows it")
        }
        var document = document
        let images = try ImagePins(self, gate: gate, after: running).pin(&document)
        let (members, leftOut) = document.registration(keepingEmpty: kept)
        if !leftOut.isEmpty {
            log(
                "left out of the task definition, since ECS tells these and does not take them: \(leftOut.joined(separator: ", "))"
            )
        }
        try before()
        let definition = try asking { () throws(AWSError) in try ecs.register(taskDefinition: members) }
        log("registered the task definition \(definition.title)")
        return RegisteredTaskDefinition(definition: definition, images: images)
    }
}
