internal import AWS
internal import Deployments
public import Execution
internal import Expressions
internal import Plan

/// `slipway/ecs-run-task`: runs a task to its end, with its log in the step's; its exit code becomes the step's.
///
/// Inputs: `cluster` (default), `task-definition` (required: a family, `family:revision`, an ARN, or the path of a JSON file, which
/// is registered); `container` (the only one; its exit code counts alone, else those of the essential ones), `image`, `command` (a line for each word), `environment` (lines NAME=value),
/// `cpu`, `memory`, `gpus` for that container; `launch-type` (FARGATE) or `capacity-provider`; `subnets`, `security-groups`,
/// `assign-public-ip` (false); `platform-version`; `count` (1), `started-by`, `wait` (true), `wait-for-minutes` (360). Outputs:
/// `task-arn`, `exit-code`.
public struct ECSRunTaskAction: BuiltinAction {
    public static let names = ["slipway/ecs-run-task"]
    private let pace: Pace

    public init() { self.init(pace: Pace()) }

    init(pace: Pace) { self.pace = pace }

    public func run(_ invocation: ActionInvocation) throws(ActionFailure) -> ActionResult {
        let name = try invocation.required("task-definition")
        let waits = try invocation.flag("wait", default: true)
        let minutes = try invocation.number("wait-for-minutes", in: 1...7 * 1440) ?? 360
        let overrides = try Overrides(invocation)
        let cluster = invocation.input("cluster") ?? "default"
        var input = try Self.request(invocation, cluster)
        let cloud = try invocation.cloud()
        let job = try invocation.deployingJob()
        let run = TaskRun(in: cluster, of: job, cloud: cloud)
        let (definition, notices) = try Self.definition(name, overrides, invocation, cloud)
        input["taskDefinition"] = .string(definition.arn)
        input["overrides"] = try overrides.value(definition)
        try deploying { () throws(DeploymentError) in try run.start(input) }
        let arns = ExpressionValue.string(run.tasks.joined(separator: ","))
        guard waits else { return ActionResult(outputs: ["task-arn": arns], annotations: notices) }
        let ended = try deploying { () throws(DeploymentError) in
            try run.wait(.init(limit: Double(minutes) * 60, pace: pace))
        }
        let lines = TaskRun.words(for: ended)
        for line in lines { invocation.log(line) }
        let counted = overrides.container.map { [$0] } ?? definition.essentialContainers
        guard let code = TaskRun.exitCode(of: ended, containers: Set(counted)) else {
            throw ActionFailure("the task did not run: \(lines.joined(separator: "; "))")
        }
        guard code == 0 else { throw ActionFailure("the task ended with exit code \(code)", exitCode: code) }
        return ActionResult(outputs: ["task-arn": arns, "exit-code": .string("\(code)")], annotations: notices)
    }

    /// A family or an ARN, or a file that is registered; likewise where it is to run another image than it says.
    private static func definition(
        _ name: String, _ overrides: Overrides, _ invocation: ActionInvocation, _ cloud: Cloud
    ) throws(ActionFailure) -> (ECSTaskDefinition, [Annotation]) {
        var document: TaskDefinitionDocument?
        if name.hasSuffix(".json") {
            let text = try invocation.file(name, for: "task definition")
            document = try deploying { () throws(DeploymentError) in try TaskDefinitionDocument(json: text, name: name) }
        }
        return try deploying { () throws(DeploymentError) in
            if document == nil, overrides.image == nil { return (try cloud.describe(taskDefinition: name), []) }
            var changed = if let document { document } else { try cloud.taskDefinition(named: name) }
            if let image = overrides.image {
                let only = try overrides.container == nil ? Self.onlyContainer(of: changed) : ""
                try changed.apply(TaskDefinitionChanges(image: image), to: overrides.container ?? only)
            }
            let registered = try cloud.register(changed)
            return (registered.definition, [registered.notice])
        }
    }

    private static func onlyContainer(of document: TaskDefinitionDocument) throws(DeploymentError) -> String {
        let names = document.containers.map(\.name)
        guard names.count == 1 else {
            throw DeploymentError(
                .refused, "the task definition has the containers \(names.joined(separator: ", ")): name one as \"container\"")
        }
        return names[0]
    }

    private static func request(_ invocation: ActionInvocation, _ cluster: String) throws(ActionFailure) -> ExpressionObject {
        var input: ExpressionObject = ["cluster": .string(cluster)]
        if let provider = invocation.input("capacity-provider") {
            input["capacityProviderStrategy"] = [["capacityProvider": .string(provider), "weight": 1]]
        } else {
            input["launchType"] = .string((invocation.input("launch-type") ?? "FARGATE").uppercased())
        }
        input["networkConfiguration"] = DeployTaskDefinitionAction.Order.network(
            subnets: DeployTaskDefinitionAction.Order.list(invocation, "subnets"),
            groups: DeployTaskDefinitionAction.Order.list(invocation, "security-groups"),
            publicIP: try invocation.flag("assign-public-ip") ? "ENABLED" : "DISABLED")
        if let version = invocation.input("platform-version") { input["platformVersion"] = .string(version) }
        if let count = try invocation.number("count", in: 1...10) { input["count"] = .number(Double(count)) }
        input["startedBy"] = .string(invocation.input("started-by") ?? "slipway/run-\(invocation.assignment.runID)")
        return input
    }

    /// What is to be otherwise than the task definition has it.
    private struct Overrides {
        let container: String?
        let image: String?
        private let invocation: ActionInvocation
        private let environment: [(name: String, value: String)]
        private let numbers: [(String, ExpressionValue)]
        private let gpus: Int?

        init(_ invocation: ActionInvocation) throws(ActionFailure) {
            self.invocation = invocation
            container = invocation.input("container")
            image = invocation.input("image")
            environment = try deploying { () throws(DeploymentError) in
                try TaskDefinitionChanges.pairs(invocation.input("environment") ?? "", of: "environment variable")
            }
            gpus = try invocation.number("gpus", in: 1...16)
            var numbers: [(String, ExpressionValue)] = []
            for name in ["cpu", "memory"] {
                if let number = try invocation.number(name, in: 1...1_000_000) { numbers.append((name, .number(Double(number)))) }
            }
            self.numbers = numbers
        }

        func value(_ definition: ECSTaskDefinition) throws(ActionFailure) -> ExpressionValue? {
            var members = ExpressionObject(numbers)
            let command = invocation.lines("command")
            if !command.isEmpty { members["command"] = .array(command.map { .string($0) }) }
            if !environment.isEmpty {
                members["environment"] = .array(environment.map { ["name": .string($0.name), "value": .string($0.value)] })
            }
            if let gpus { members["resourceRequirements"] = [["type": "GPU", "value": .string("\(gpus)")]] }
            let names = (definition.containerDefinitions ?? []).map(\.name)
            if members.isEmpty, container.map(names.contains) ?? true { return nil }
            guard let name = container ?? (names.count == 1 ? names[0] : nil), names.contains(name) else {
                throw ActionFailure(
                    "the task definition \(definition.title) has the containers \(names.joined(separator: ", ")): name one of them"
                        + " as \"container\"")
            }
            members["name"] = .string(name)
            var overrides: ExpressionObject = ["containerOverrides": [.object(members)]]
            // Of Fargate, the task's own limits bound its containers'.
            if definition.networkMode == "awsvpc" {
                for (key, value) in numbers { overrides[key] = .string(value.displayString) }
            }
            return .object(overrides)
        }
    }
}
