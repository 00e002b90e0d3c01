internal import AWS
internal import Deployments
public import Execution
internal import Expressions
internal import Plan

/// `aws-actions/amazon-ecs-deploy-task-definition`: registers a task definition, and has a service or a task run it.
///
/// Inputs and outputs as the original's; see github.com/aws-actions/amazon-ecs-deploy-task-definition. Where it waits, it follows
/// its own deployment, not the service's stability. Images of ECR are registered by the digest that their tag stands for, and
/// refused where they are not in the registry.
public struct DeployTaskDefinitionAction: BuiltinAction {
    public static let names = ["aws-actions/amazon-ecs-deploy-task-definition"]
    private let pace: Pace
    static let longestWait = 360

    public init() { self.init(pace: Pace()) }

    init(pace: Pace) { self.pace = pace }

    public func run(_ invocation: ActionInvocation) throws(ActionFailure) -> ActionResult {
        try Self.refuseCodeDeploy(invocation)
        let order = try Order(invocation)
        let cloud = try invocation.cloud()
        let deploy = try order.service.map { (wish) throws(ActionFailure) -> ServiceDeploy in
            let job = try invocation.deployingJob()
            return try deploying { () throws(DeploymentError) in try ServiceDeploy(wish, of: job, in: cloud) }
        }
        let registered = try deploying { () throws(DeploymentError) in
            try cloud.register(
                order.document, keepingEmpty: order.keptKeys, after: deploy?.service.currentTaskDefinition,
                before: { () throws(DeploymentError) in
                    try deploy?.check()
                })
        }
        var outputs: ExpressionObject = ["task-definition-arn": .string(registered.arn)]
        if let task = order.task {
            let tasks = try run(task, registered, order, invocation, cloud)
            outputs["run-task-arn"] = .string(ExpressionValue.array(tasks.map { .string($0) }).jsonText())
        }
        guard let deploy else {
            invocation.log("No service is given: the task definition is registered, and nothing else is changed")
            return ActionResult(outputs: outputs, annotations: [registered.notice])
        }
        try deploying { () throws(DeploymentError) in
            _ = try deploy.update(to: registered.arn, images: registered.images)
            guard order.waits else { return deploy.leave() }
            _ = try deploy.follow(.init(limit: Double(order.minutes) * 60, pace: pace(for: order)))
        }
        return ActionResult(outputs: outputs)
    }

    private func run(
        _ task: ExpressionObject, _ registered: RegisteredTaskDefinition, _ order: Order, _ invocation: ActionInvocation,
        _ cloud: Cloud
    ) throws(ActionFailure) -> [String] {
        let job = try invocation.deployingJob()
        let run = TaskRun(in: order.cluster, of: job, cloud: cloud)
        var input = task
        input["taskDefinition"] = .string(registered.arn)
        try deploying { () throws(DeploymentError) in try run.start(input) }
        guard order.waitsForTask else { return run.tasks }
        let ended = try deploying { () throws(DeploymentError) in
            try run.wait(.init(limit: Double(order.minutes) * 60, pace: pace(for: order), stopsAtLimit: false))
        }
        let lines = TaskRun.words(for: ended)
        for line in lines { invocation.log(line) }
        guard TaskRun.exitCode(of: ended) == 0 else {
            throw ActionFailure("the task failed: \(lines.joined(separator: "; "))")
        }
        return run.tasks
    }

    private func pace(for order: Order) -> Pace {
        guard let longest = order.longestPause else { return pace }
        return Pace(first: min(pace.first, longest), longest: longest)
    }

    private static func refuseCodeDeploy(_ invocation: ActionInvocation) throws(ActionFailure) {
        let given = invocation.inputs.keys.filter { $0.hasPrefix("codedeploy-") && invocation.input($0) != nil }.sorted()
        guard !given.isEmpty else { return }
        throw ActionFailure(
            "\(given.map { "\"\($0)\"" }.joined(separator: ", ")): Slipway does not deploy through CodeDeploy. Give the service the"
                + " deployment controller ECS, whose circuit breaker rolls back as well, and leave these inputs out")
    }
}
