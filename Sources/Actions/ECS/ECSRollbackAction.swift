internal import AWS
internal import Deployments
public import Execution
internal import Expressions
internal import Plan

/// `slipway/ecs-rollback`: has a service run a task definition again that it ran before, and follows that to its end.
///
/// What "slipway rollback" and the page's button start. Inputs: `cluster`, `service`, `task-definition` (required), `region`,
/// `deployment` (the one that is undone), `wait-for-minutes` (30).
public struct ECSRollbackAction: BuiltinAction {
    public static let names = ["slipway/ecs-rollback"]
    private let pace: Pace

    public init() { self.init(pace: Pace()) }

    init(pace: Pace) { self.pace = pace }

    public func run(_ invocation: ActionInvocation) throws(ActionFailure) -> ActionResult {
        var wish = ServiceDeploy.Wish(cluster: try invocation.required("cluster"), service: try invocation.required("service"))
        let name = try invocation.required("task-definition")
        wish.goesBack = true
        wish.undoes = try invocation.number("deployment", in: 1...Int.max).map { Int64($0) }
        let minutes = try invocation.number("wait-for-minutes", in: 1...1440) ?? 30
        let cloud = try invocation.cloud(region: invocation.input("region"))
        let job = try invocation.deployingJob()
        return try deploying { () throws(DeploymentError) in
            let definition = try cloud.describe(taskDefinition: name)
            guard definition.status != "INACTIVE" else {
                throw DeploymentError(
                    .refused, "the task definition \(definition.title) was deregistered: no service can go back to it")
            }
            let deploy = try ServiceDeploy(wish, of: job, in: cloud)
            let images = (definition.containerDefinitions ?? []).map { container in
                Deployment.Image(
                    container: container.name, name: container.image ?? "", digest: ImagePins.digest(in: container.image ?? ""))
            }
            _ = try deploy.update(to: definition.arn, images: images)
            let deployment = try deploy.follow(.init(limit: Double(minutes) * 60, pace: pace))
            return ActionResult(outputs: ["task-definition-arn": .string(deployment.taskDefinition)])
        }
    }
}
