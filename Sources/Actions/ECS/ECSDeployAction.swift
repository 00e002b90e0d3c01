internal import AWS
internal import Deployments
public import Execution
internal import Expressions
internal import Plan

/// `slipway/ecs-deploy`: has a service run other images, and says truly how that went.
///
/// Inputs: `cluster`, `service` (required); `image` for a task definition of one container, or lines `container=image`, or
/// `image-definitions` with the path of an `imagedefinitions.json`; `task-definition` with the path of one, in place of what the
/// service runs; `wait` (true), `wait-for-minutes` (30), `rollback` (true), `force-new-deployment`, `desired-count`,
/// `allow-older`, `fail-on-findings` (a severity from which on ECR's scan of an image refuses it), `tag` (given to the images of ECR
/// once the rollout is complete). Outputs: `task-definition-arn`, `previous-task-definition-arn`, `deployment-id`, `images` (JSON).
public struct ECSDeployAction: BuiltinAction {
    public static let names = ["slipway/ecs-deploy"]
    private let pace: Pace

    public init() { self.init(pace: Pace()) }

    init(pace: Pace) { self.pace = pace }

    public func run(_ invocation: ActionInvocation) throws(ActionFailure) -> ActionResult {
        var wish = ServiceDeploy.Wish(cluster: try invocation.required("cluster"), service: try invocation.required("service"))
        wish.forcesNewDeployment = try invocation.flag("force-new-deployment")
        wish.desiredCount = try invocation.number("desired-count", in: 0...100_000)
        wish.allowsOlder = try invocation.flag("allow-older")
        let waits = try invocation.flag("wait", default: true)
        let minutes = try invocation.number("wait-for-minutes", in: 1...1440) ?? 30
        let rollsBack = try invocation.flag("rollback", default: true)
        let gate = try gate(invocation)
        let wanted = try Self.images(invocation)
        let cloud = try invocation.cloud()
        let job = try invocation.deployingJob()
        return try deploying { () throws(DeploymentError) in
            let deploy = try ServiceDeploy(wish, of: job, in: cloud)
            if deploy.service.usesTaskSets, !waits {
                throw DeploymentError(
                    .refused,
                    "\(deploy.service.title) is deployed by task sets: somebody has to wait until the new one is steady, and"
                        + " make it the primary one. Leave out \"wait: false\"")
            }
            let document = try Self.document(invocation, deploy.service, cloud, wanted)
            let registered = try cloud.register(
                document, gate: gate, after: deploy.service.currentTaskDefinition,
                before: { () throws(DeploymentError) in try deploy.check() })
            var deployment = try deploy.update(to: registered.arn, images: registered.images)
            if waits {
                deployment = try deploy.follow(.init(limit: Double(minutes) * 60, pace: pace, rollsBack: rollsBack))
                if let tag = invocation.input("tag") { try ImagePins(cloud).tag(deployment.images, as: tag) }
            } else {
                deploy.leave()
            }
            return Self.result(deployment)
        }
    }

    /// What scans may not find.
    private func gate(_ invocation: ActionInvocation) throws(ActionFailure) -> ScanGate? {
        guard let text = invocation.input("fail-on-findings") else { return nil }
        guard let least = ScanGate.Severity(rawValue: text.uppercased()) else {
            let known = ScanGate.Severity.allCases.map(\.rawValue).joined(separator: ", ")
            throw ActionFailure("the input \"fail-on-findings\" must be one of \(known), found \"\(text)\"")
        }
        return ScanGate(least: least, pace: pace, isCancelled: { invocation.isCancelled })
    }

    private static func result(_ deployment: Deployment) -> ActionResult {
        let images = deployment.images.map { image -> ExpressionValue in
            ["container": .string(image.container), "image": .string(image.name), "digest": .string(image.digest ?? "")]
        }
        return ActionResult(outputs: [
            "task-definition-arn": .string(deployment.taskDefinition),
            "previous-task-definition-arn": .string(deployment.previousTaskDefinition ?? ""),
            "deployment-id": .string("\(deployment.id)"), "images": .string(ExpressionValue.array(images).jsonText()),
        ])
    }

    /// The task definition that is to be registered.
    private static func document(
        _ invocation: ActionInvocation, _ service: ECSService, _ cloud: Cloud, _ wanted: [(container: String?, image: String)]
    ) throws(DeploymentError) -> TaskDefinitionDocument {
        var document: TaskDefinitionDocument
        if let path = invocation.input("task-definition") {
            let text: String
            do throws(ActionFailure) { text = try invocation.file(path, for: "task definition") } catch {
                throw DeploymentError(.refused, error.message)
            }
            document = try TaskDefinitionDocument(json: text, name: path)
        } else {
            guard let current = service.currentTaskDefinition else {
                throw DeploymentError(
                    .refused, "the service \(service.title) runs no task definition yet: give one as \"task-definition\"")
            }
            document = try cloud.taskDefinition(named: current)
        }
        for (container, image) in wanted {
            let containers = document.containers
            guard let name = container ?? (containers.count == 1 ? containers[0].name : nil) else {
                let names = containers.map(\.name).joined(separator: ", ")
                throw DeploymentError(
                    .refused, "the task definition has the containers \(names): give the image as a line container=image")
            }
            try document.apply(TaskDefinitionChanges(image: image), to: name)
        }
        return document
    }

    /// - Returns: nil as a container's name stands for the only one.
    private static func images(_ invocation: ActionInvocation) throws(ActionFailure) -> [(container: String?, image: String)] {
        if let path = invocation.input("image-definitions") {
            guard invocation.input("image") == nil else {
                throw ActionFailure("give either \"image\" or \"image-definitions\"")
            }
            let text = try invocation.file(path, for: "image definitions")
            return try deploying { () throws(DeploymentError) in
                try ImageDefinitions.images(json: text, name: path).map { ($0.container, $0.image) }
            }
        }
        let lines = invocation.lines("image")
        guard !lines.isEmpty || invocation.input("task-definition") != nil || invocation.input("force-new-deployment") != nil
        else {
            throw ActionFailure(
                "say what is to be deployed: \"image\", \"image-definitions\" or \"task-definition\"")
        }
        return lines.map { line in
            guard let sign = line.firstIndex(of: "="), sign != line.startIndex else { return (nil, line) }
            return (String(line[..<sign]), String(line[line.index(after: sign)...]))
        }
    }
}
