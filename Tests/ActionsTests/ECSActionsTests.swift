import CloudRig
import Execution
import Expressions
import Foundation
import Plan
import Testing

@testable import Actions
@testable import Deployments

/// The actions that deploy, as workflows call them, against moto.
@Suite(.enabled(if: CloudRig.isAvailable, "\(CloudRig.reasonToSkip ?? "")")) struct ECSActionsTests {
    private static let pace = Pace(first: .milliseconds(5), longest: .milliseconds(20))
    private let trial: ActionTrial
    private let service: CloudService

    init() throws {
        trial = ActionTrial()
        service = try CloudService(try CloudRig.shared())
        trial.environment = service.rig.environment
    }

    private func output(_ result: ActionResult, _ name: String) -> String { result.outputs[name]?.displayString ?? "" }

    // MARK: Rendering

    @Test("rendering writes a new file for the steps that follow, and leaves the given one alone")
    func render() throws {
        try trial.write("workspace/task.json", service.definition())
        let result = try trial.run(
            RenderTaskDefinitionAction(),
            ["task-definition": "task.json", "container-name": "app", "image": "r/app:9", "environment-variables": "A=1\nB=2"])
        let path = output(result, "task-definition")
        #expect(path.hasPrefix("/job/temp/task-definition-"))
        let text = try #require(trial.text("temp/\(path.split(separator: "/").last ?? "")"))
        let container = try ExpressionValue(json: text)["containerDefinitions"]?[0]
        #expect(container?["image"] == "r/app:9")
        #expect(container?["environment"] == [["name": "A", "value": "1"], ["name": "B", "value": "2"]])
        #expect(trial.text("workspace/task.json") == service.definition())
    }

    @Test("rendering sets the roles, several containers, and a command that is a list")
    func renderMore() throws {
        let two = """
            {"family": "f", "containerDefinitions": [{"name": "web", "image": "a"}, {"name": "log", "image": "b"}, \
            {"name": "worker", "image": "c"}]}
            """
        try trial.write("workspace/task.json", two)
        var inputs = [
            "task-definition": "task.json", "container-name": "web, worker", "image": "r/app:9",
            "command": #" ["sh", "-c", "serve it"]"#, "task-role-arn": "arn:aws:iam::123456789012:role/path/app",
            "execution-role-arn": "arn:aws-cn:iam::123456789012:role/pull",
        ]
        let result = try trial.run(RenderTaskDefinitionAction(), inputs)
        let text = try #require(trial.text("temp/\(output(result, "task-definition").split(separator: "/").last ?? "")"))
        let value = try ExpressionValue(json: text)
        #expect(value["taskRoleArn"] == "arn:aws:iam::123456789012:role/path/app")
        #expect(value["executionRoleArn"] == "arn:aws-cn:iam::123456789012:role/pull")
        for index in [0, 2] {
            #expect(value["containerDefinitions"]?[index]?["image"] == "r/app:9")
            #expect(value["containerDefinitions"]?[index]?["command"] == ["sh", "-c", "serve it"])
        }
        #expect(value["containerDefinitions"]?[1]?["image"] == "b")
        inputs["task-role-arn"] = "app"
        let failure = try #require(throws: ActionFailure.self) { try trial.run(RenderTaskDefinitionAction(), inputs) }
        #expect(failure.message.contains("\"task-role-arn\" is no ARN of a role"))
    }

    @Test("what runs keeps its tags in the next task definition")
    func tags() throws {
        let tagged = service.definition().replacing(
            #""family""#, with: #""tags": [{"key": "team", "value": "risk"}], "family""#, maxReplacements: 1)
        try trial.write("workspace/task.json", tagged)
        _ = try trial.run(DeployTaskDefinitionAction(pace: Self.pace), ["task-definition": "task.json"])
        let result = try trial.run(
            RenderTaskDefinitionAction(),
            ["task-definition-family": service.family, "container-name": "app", "image": "r/app:9"])
        let text = try #require(trial.text("temp/\(output(result, "task-definition").split(separator: "/").last ?? "")"))
        #expect(try ExpressionValue(json: text)["tags"] == [["key": "team", "value": "risk"]])
    }

    @Test("rendering takes what ECS has under a family")
    func renderFamily() throws {
        let result = try trial.run(
            RenderTaskDefinitionAction(),
            ["task-definition-family": service.family, "container-name": "app", "image": "r/app:9"])
        let name = output(result, "task-definition").split(separator: "/").last ?? ""
        let text = try #require(trial.text("temp/\(name)"))
        #expect(try ExpressionValue(json: text)["containerDefinitions"]?[0]?["image"] == "r/app:9")
    }

    @Test(
        "what is missing is named",
        arguments: [
            (["container-name": "app", "image": "i"], "give the task definition"),
            (["task-definition": "none.json", "container-name": "app", "image": "i"], "there is no file none.json"),
            (
                ["task-definition": "task.json", "container-name": "web", "image": "i"],
                "has no container \"web\"; it has \"app\""
            ),
            (["task-definition": "task.json", "image": "i"], "the input \"container-name\" is required"),
        ])
    func renderRefusals(inputs: [String: String], message: String) throws {
        try trial.write("workspace/task.json", service.definition())
        let failure = try #require(throws: ActionFailure.self) { try trial.run(RenderTaskDefinitionAction(), inputs) }
        #expect(failure.message.contains(message), "\(failure.message)")
    }

    // MARK: Deploying

    @Test("a deploy that waits follows its deployment; one without a service only registers")
    func deploy() throws {
        try trial.write("workspace/task.json", service.definition(image: "busybox:2"))
        let action = DeployTaskDefinitionAction(pace: Self.pace)
        let registered = try trial.run(action, ["task-definition": "task.json"])
        #expect(output(registered, "task-definition-arn").hasSuffix("/\(service.family):2"))
        #expect(try service.taskDefinition() == "\(service.family):1")
        let result = try trial.run(
            action,
            [
                "task-definition": "task.json", "cluster": service.cluster, "service": "web",
                "wait-for-service-stability": "true", "force-new-deployment": "true",
            ])
        #expect(output(result, "task-definition-arn").hasSuffix("/\(service.family):3"))
        #expect(try service.taskDefinition() == "\(service.family):3")
        #expect(trial.deployments.map(\.status) == [.running, .succeeded])
    }

    @Test("a deploy that does not wait ends once ECS has begun it")
    func deployWithoutWaiting() throws {
        try trial.write("workspace/task.json", service.definition(["ROLLOUT": "hangs"]))
        try trial.run(
            DeployTaskDefinitionAction(pace: Self.pace),
            ["task-definition": "task.json", "cluster": service.cluster, "service": "web"])
        #expect(trial.deployments.map(\.status) == [.running, .begun])
    }

    @Test("a task can be run before the service, and its failure keeps the service as it is")
    func runTask() throws {
        try trial.write("workspace/task.json", service.definition(["EXIT_CODE": "4"]))
        let inputs = [
            "task-definition": "task.json", "cluster": service.cluster, "service": "web", "run-task": "true",
            "wait-for-task-stopped": "true", "run-task-container-overrides": #"[{"name":"app","command":["migrate"]}]"#,
        ]
        let action = DeployTaskDefinitionAction(pace: Self.pace)
        let failure = try #require(throws: ActionFailure.self) { try trial.run(action, inputs) }
        #expect(failure.message.contains("container app: exit code 4"), "\(failure.message)")
        #expect(try service.taskDefinition() == "\(service.family):1")
        try trial.write("workspace/task.json", service.definition())
        let result = try trial.run(action, inputs)
        let arns = try ExpressionValue(json: output(result, "run-task-arn"))
        #expect(arns[0]?.displayString.contains(":task/\(service.cluster)/") == true)
        #expect(try service.taskDefinition() == "\(service.family):3")
    }

    @Test("what belongs to CodeDeploy is refused with what to do instead")
    func codeDeploy() throws {
        let failure = try #require(throws: ActionFailure.self) {
            try trial.run(
                DeployTaskDefinitionAction(), ["task-definition": "t.json", "codedeploy-application": "a"])
        }
        #expect(failure.message.contains("does not deploy through CodeDeploy"), "\(failure.message)")
    }

    // MARK: Slipway's own

    @Test("slipway/ecs-deploy takes the service's own task definition, and the images of imagedefinitions.json")
    func ownDeploy() throws {
        let digest = try service.rig.makeImage(in: service.cluster, tag: "7")
        let image = "\(CloudRig.registry)/\(service.cluster):7"
        try trial.write("workspace/imagedefinitions.json", #"[{"name":"app","imageUri":"\#(image)"}]"#)
        let result = try trial.run(
            ECSDeployAction(pace: Self.pace),
            ["cluster": service.cluster, "service": "web", "image-definitions": "imagedefinitions.json", "tag": "production"])
        #expect(trial.log.contains("\(CloudRig.registry)/\(service.cluster):production is now what is deployed"))
        #expect(try service.image(of: "\(service.family):2") == "\(CloudRig.registry)/\(service.cluster)@\(digest)")
        #expect(output(result, "previous-task-definition-arn").hasSuffix("/\(service.family):1"))
        #expect(output(result, "images").contains(digest))
        #expect(trial.deployments.last?.images.first?.digest == digest)
    }

    @Test("slipway/ecs-deploy needs to be told what, and to which container where there are several")
    func ownDeployRefusals() throws {
        let nothing = try #require(throws: ActionFailure.self) {
            try trial.run(ECSDeployAction(), ["cluster": service.cluster, "service": "web"])
        }
        #expect(nothing.message.contains("say what is to be deployed"))
        let other = try #require(throws: ActionFailure.self) {
            try trial.run(ECSDeployAction(), ["cluster": service.cluster, "service": "web", "image": "side=r/x:1"])
        }
        #expect(other.message.contains("has no container \"side\""), "\(other.message)")
    }

    @Test("slipway/ecs-run-task tells the task's log, and its exit code becomes the step's")
    func ownTask() throws {
        var inputs = [
            "cluster": service.cluster, "task-definition": service.family, "environment": "EXIT_CODE=3\nSAYS=epoch 1",
            "command": "train\n--epochs\n1",
        ]
        let failure = try #require(throws: ActionFailure.self) { try trial.run(ECSRunTaskAction(pace: Self.pace), inputs) }
        #expect(failure.exitCode == 3)
        #expect(trial.log.contains("epoch 1"))
        inputs["environment"] = "SAYS=done"
        let result = try trial.run(ECSRunTaskAction(pace: Self.pace), inputs)
        #expect(output(result, "exit-code") == "0")
        #expect(output(result, "task-arn").contains(":task/"))
    }

    @Test("the exit code of slipway/ecs-run-task is that of the container it names, else of the essential ones")
    func sidecars() throws {
        try service.rig.ecs(
            "RegisterTaskDefinition",
            """
            {"family":"\(service.family)","containerDefinitions":[{"name":"app","image":"busybox:1","memory":128},
            {"name":"agent","image":"busybox:1","memory":128,"essential":false,"environment":[{"name":"EXIT_CODE","value":"143"}]}]}
            """)
        var inputs = ["cluster": service.cluster, "task-definition": service.family]
        let result = try trial.run(ECSRunTaskAction(pace: Self.pace), inputs)
        #expect(output(result, "exit-code") == "0")
        #expect(trial.log.contains("  container agent: exit code 143"), "\(trial.log)")
        inputs["container"] = "agent"
        let failure = try #require(throws: ActionFailure.self) { try trial.run(ECSRunTaskAction(pace: Self.pace), inputs) }
        #expect(failure.exitCode == 143)
        inputs["container"] = "nobody"
        let unknown = try #require(throws: ActionFailure.self) { try trial.run(ECSRunTaskAction(pace: Self.pace), inputs) }
        #expect(unknown.message.contains("name one of them"), "\(unknown.message)")
    }

    @Test("a task whose answer was lost is not started twice")
    func lostTask() throws {
        let result = try trial.run(
            ECSRunTaskAction(pace: Self.pace),
            ["cluster": service.cluster, "task-definition": service.family, "environment": "ANSWER=lost\nSAYS=once"])
        #expect(output(result, "exit-code") == "0")
        #expect(trial.log.count { $0.contains("was started in the cluster") } == 1)
    }

    @Test("a rollback puts back what ran before, and is told as a deployment that undoes another")
    func rollback() throws {
        try trial.write("workspace/task.json", service.definition(image: "busybox:2"))
        try trial.run(
            DeployTaskDefinitionAction(pace: Self.pace),
            ["task-definition": "task.json", "cluster": service.cluster, "service": "web", "wait-for-service-stability": "true"])
        let deployed = try #require(trial.deployments.last)
        trial.runID += 1
        try trial.run(
            ECSRollbackAction(pace: Self.pace),
            [
                "cluster": service.cluster, "service": "web", "task-definition": deployed.previousTaskDefinition ?? "",
                "deployment": "\(deployed.id)", "region": CloudRig.region,
            ])
        #expect(try service.taskDefinition() == "\(service.family):1")
        #expect(trial.deployments.last?.undoes == deployed.id)
        #expect(trial.deployments.last?.status == .succeeded)
    }

    // MARK: Beforehand

    private func deployStep(_ inputs: [String: String], condition: String? = nil) throws -> StepPlan {
        let given = try inputs.map { NamedTemplate(name: $0.key, value: try Template(parsing: $0.value)) }
        return StepPlan(
            condition: try condition.map { text in try Condition(parsing: text) } ?? .whenSuccessful,
            work: .action(ActionCall(reference: "slipway/ecs-deploy@v1", inputs: given)))
    }

    @Test("a service that is not there is said as soon as the job has its credentials, where the plan is sure about it")
    func preflight() throws {
        trial.environment["CLUSTER"] = service.cluster
        trial.steps = [try deployStep(["cluster": "${{ env.CLUSTER }}", "service": "web"])]
        try trial.invocation([:]).checkDeploys()
        #expect(trial.log.contains { $0.contains("the service \(service.cluster)/web, which is there") })
        trial.steps = [try deployStep(["cluster": "${{ env.CLUSTER }}", "service": "wbe"])]
        let failure = try #require(throws: ActionFailure.self) { try trial.invocation([:]).checkDeploys() }
        #expect(failure.message.contains("there is no service \"wbe\""), "\(failure.message)")
        #expect(try trial.names(of: failure.message) == ["ecs-not-found"])
        trial.steps = [try deployStep(["cluster": "prdo", "service": "web"])]
        let cluster = try #require(throws: ActionFailure.self) { try trial.invocation([:]).checkDeploys() }
        #expect(try cluster.message.contains("there is no cluster") && trial.names(of: cluster.message) == ["ecs-not-found"])
        // What depends on a condition, or on what other steps find out, is left to the step itself.
        trial.steps = [
            try deployStep(["cluster": service.cluster, "service": "wbe"], condition: "github.ref == 'x'"),
            try deployStep(["cluster": service.cluster, "service": "${{ steps.name.outputs.service }}"]),
        ]
        try trial.invocation([:]).checkDeploys()
    }

    @Test("credentials that were just configured are looked with, too: nothing is built for a service that is not there")
    func preflightAfterCredentials() throws {
        trial.steps = [try deployStep(["cluster": service.cluster, "service": "wbe"])]
        let inputs = [
            "aws-region": CloudRig.region, "aws-access-key-id": "AKIDEXAMPLE", "aws-secret-access-key": "secret-of-the-example",
        ]
        let failure = try #require(throws: ActionFailure.self) { try trial.run(ConfigureCredentialsAction(), inputs) }
        #expect(failure.message.contains("there is no service \"wbe\""), "\(failure.message)")
    }

    @Test("a job without a region, or without credentials, is told which and how to give it")
    func noAccess() throws {
        let inputs = ["cluster": service.cluster, "service": "web", "image": "r/x:1"]
        trial.environment["AWS_REGION"] = nil
        let region = try #require(throws: ActionFailure.self) { try trial.run(ECSDeployAction(), inputs) }
        #expect(region.message.contains("no region is given"), "\(region.message)")
        #expect(try trial.names(of: region.message) == ["aws-no-region"])
        trial.environment = ["AWS_REGION": "us-east-1", "AWS_ENDPOINT_URL": service.rig.address]
        let credentials = try #require(throws: ActionFailure.self) { try trial.run(ECSDeployAction(), inputs) }
        #expect(credentials.message.contains("credentials"), "\(credentials.message)")
        #expect(try trial.names(of: credentials.message) == ["aws-no-credentials"])
    }
}
