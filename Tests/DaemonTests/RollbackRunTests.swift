import Expressions
import Foundation
import Plan
import Store
import Testing

@testable import Daemon

/// The run that undoes a deployment, made of the run that made it.
@Suite struct RollbackRunTests {
    private static let date = Date(timeIntervalSince1970: 1_700_000_000)

    private func rollback(of steps: [StepPlan]) throws -> RollbackRun {
        let job = JobPlan(
            key: "deploy", runsOn: [Template(literal: "gpu")],
            environment: [NamedTemplate(name: "CLUSTER", value: Template(literal: "prod"))], steps: steps)
        let plan = RunPlan(
            name: "Deploy", path: "deploy.yml",
            environment: [NamedTemplate(name: "AWS_REGION", value: Template(literal: "us-east-1"))], jobs: [job])
        let run = Run(
            id: 3, repository: "app", workflow: "Deploy", workflowPath: "deploy.yml", title: "t", event: "push",
            ref: "refs/heads/main", commit: String(repeating: "a", count: 40), actor: "anna", createdAt: Self.date)
        let deployment = Deployment(
            id: 9, runID: 3, jobID: 4, repository: "app", commit: run.commit, region: "us-east-1", cluster: "prod",
            service: "web", serviceARN: "arn", previousTaskDefinition: "arn:x:task-definition/app:1",
            taskDefinition: "arn:x:task-definition/app:2", startedAt: Self.date)
        let job4 = Job(id: 4, runID: 3, key: "deploy", name: "deploy", createdAt: Self.date)
        return RollbackRun(
            targets: [
                .init(
                    deployment: deployment, taskDefinition: "arn:x:task-definition/app:1",
                    source: .init(plan: plan, event: Self.event, job: job4))
            ], repository: run.repository, ref: run.ref, commit: run.commit, actor: "web", now: Self.date)
    }

    private static let event = Event(
        repository: "app", name: "workflow_dispatch", source: .operator, ref: "refs/heads/main", commit: "c",
        payload: ["inputs": ["region": "eu"]], inputs: ["region": "eu"], receivedAt: date)

    @Test("one of a called workflow's deployment is called as that was: inputs as they were, secrets by the same names")
    func called() throws {
        let secret = NamedTemplate(name: "KEY", value: try Template(parsing: "${{ secrets.PROD_KEY }}"))
        let inner = RunPlan(
            name: "Deploy", path: "deploy.yml",
            jobs: [
                JobPlan(key: "ecs", steps: [step("aws-actions/configure-aws-credentials@v4"), step("slipway/ecs-deploy")])
            ])
        let call = WorkflowCallPlan(
            reference: "./deploy.yml", plan: inner, arguments: [],
            inputs: [.init(name: "region", kind: .string), .init(name: "canary", kind: .boolean)], secrets: .named([secret]))
        let plan = RunPlan(name: "CI", path: "ci.yml", jobs: [JobPlan(key: "release", call: call)])
        let caller = Job(
            id: 3, runID: 3, key: "release", name: "release", createdAt: Self.date,
            callInputs: ["region": "eu-west-1", "canary": false])
        let job = Job(id: 4, runID: 3, key: "release/ecs", callerID: 3, name: "ecs", matrix: ["zone": "a"], createdAt: Self.date)
        let deployment = Deployment(
            id: 9, runID: 3, jobID: 4, repository: "app", commit: "c", region: "r", cluster: "prod", service: "web",
            serviceARN: "arn", previousTaskDefinition: "app:1", taskDefinition: "app:2", startedAt: Self.date)
        let rollback = RollbackRun(
            targets: [
                .init(
                    deployment: deployment, taskDefinition: "app:1",
                    source: .init(plan: plan, event: Self.event, job: job, callers: [caller]))
            ], repository: "app", ref: "refs/heads/main", commit: "c", environment: "production", restores: 5,
            reason: "it is slow", actor: "anna", now: Self.date)
        let outcome = rollback.outcome
        let outer = try #require(outcome.runs.first?.plan?.jobs.first)
        let made = try #require(outer.call)
        #expect(made.secrets == .named([secret]) && made.inputs == call.inputs)
        #expect(made.arguments.map { "\($0.name)=\($0.value.source)" } == ["region=eu-west-1", "canary=false"])
        let own = try #require(made.plan.jobs.first)
        #expect(own.steps.count == 2 && own.steps[0] == step("aws-actions/configure-aws-credentials@v4"))
        #expect(own.deployment?.goesBack == true && own.deployment?.restores == 5)
        #expect(own.strategy?.matrix?.isLiteral == true && outer.strategy == nil)
        #expect(outcome.event.inputs == ["region": "eu"] && outcome.event.payload["inputs"] == ["region": "eu"])
        #expect(outcome.runs.first?.run.attemptReason == "rolled back by anna: it is slow")
    }

    private func step(_ reference: String, environment: [NamedTemplate] = []) -> StepPlan {
        StepPlan(environment: environment, work: .action(ActionCall(reference: reference)))
    }

    @Test("it has the credentials' steps and variables of the deploying job, and one step that goes back")
    func plan() throws {
        let secret = NamedTemplate(
            name: "AWS_ACCESS_KEY_ID", value: try Template(parsing: "${{ secrets.KEY }}"))
        let rollback = try rollback(of: [
            step("actions/checkout@v4"), step("aws-actions/configure-aws-credentials@v4"),
            StepPlan(work: .script(Script(text: Template(literal: "docker build .")))),
            step("aws-actions/amazon-ecs-deploy-task-definition@v2", environment: [secret]),
        ])
        let outcome = rollback.outcome
        let new = try #require(outcome.runs.first)
        let job = try #require(new.plan?.jobs.first)
        #expect(job.steps.count == 2)
        #expect(job.steps[0] == step("aws-actions/configure-aws-credentials@v4"))
        guard case .action(let call) = job.steps[1].work else {
            Issue.record("the last step calls no action")
            return
        }
        #expect(call.reference == "slipway/ecs-rollback")
        let inputs = Dictionary(uniqueKeysWithValues: call.inputs.map { ($0.name, $0.value.source) })
        #expect(
            inputs == [
                "cluster": "prod", "service": "web", "region": "us-east-1", "task-definition": "arn:x:task-definition/app:1",
                "deployment": "9",
            ])
        #expect(job.steps[1].environment == [secret])
        #expect(job.environment.map(\.name) == ["AWS_REGION", "CLUSTER"])
        #expect(job.runsOn.map(\.source) == ["gpu"])
        #expect(new.run.title == "Roll back prod/web to app:1")
        #expect(new.run.commit == outcome.event.commit)
        #expect(new.jobs.map(\.key) == ["rollback"])
        #expect(outcome.event.name == "rollback")
        #expect(outcome.event.actor == "web")
    }

    @Test("of an environment, the definition of a job that deployed to its service without it lends nothing to the rollback")
    func stranger() async throws {
        let made = [deployment(11, job: 1, "app:1"), deployment(12, job: 2, "app:2")]
        var newest = deployment(13, job: 3, "evil:1")
        (newest.repository, newest.region, newest.cluster) = ("stranger", "elsewhere", "evil")
        let back = try #require(ServiceReturn(of: newest, made: made, before: [1]))
        #expect(back.isNeeded)
        let target = try await back.target { deployment in
            let name = deployment.jobID == 3 ? "EVIL" : "REGION_OF_JOB_\(deployment.jobID)"
            let variable = NamedTemplate(name: name, value: try Template(parsing: "${{ secrets.KEY }}"))
            let plan = RunPlan(
                name: "Deploy", path: "deploy.yml",
                jobs: [JobPlan(key: "deploy", environment: [variable], steps: [step("slipway/ecs-deploy")])])
            let job = Job(id: deployment.jobID, runID: 3, key: "deploy", name: "deploy", createdAt: Self.date)
            return RollbackRun.Source(plan: plan, event: Self.event, job: job)
        }
        let rollback = RollbackRun(
            targets: [target], repository: "app", ref: "refs/heads/main", commit: "c", environment: "production", restores: 5,
            actor: "anna", now: Self.date)
        let own = try #require(rollback.outcome.runs.first?.plan?.jobs.first)
        #expect(own.environment.map(\.name) == ["REGION_OF_JOB_2"] && own.deployment?.goesBack == true)
        guard case .action(let call)? = own.steps.last?.work else {
            Issue.record("the last step calls no action")
            return
        }
        #expect(call.inputs.map(\.value.source) == ["prod", "web", "r", "app:1", "13"])
    }

    @Test("a service that no job up to the wanted deployment gave anything is left alone, and so is one that has it already")
    func untouched() throws {
        let made = [deployment(11, job: 1, "app:1"), deployment(12, job: 2, "app:2")]
        #expect(ServiceReturn(of: made[1], made: made, before: [7])?.isNeeded == nil)
        var newest = deployment(13, job: 3, "app:1")
        #expect(ServiceReturn(of: newest, made: made, before: [1])?.isNeeded == false)
        newest.status = .failed
        #expect(ServiceReturn(of: newest, made: made, before: [1])?.isNeeded == true)
    }

    @Test("a container of the same image goes back where its inputs are others")
    func inputs() throws {
        var made = [deployment(11, job: 1, "image@sha256:a"), deployment(12, job: 2, "image@sha256:a")]
        (made[0].inputs, made[1].inputs) = (["memory": "32m", "env": nil], ["memory": "64m", "env": nil])
        #expect(ServiceReturn(of: made[1], made: made, before: [1])?.isNeeded == true)
        made[1].inputs = made[0].inputs
        #expect(ServiceReturn(of: made[1], made: made, before: [1])?.isNeeded == false)
    }

    private func deployment(_ id: Int64, job: Int64, _ taskDefinition: String) -> Deployment {
        Deployment(
            id: id, runID: job, jobID: job, repository: "app", commit: "c", region: "r", cluster: "prod", service: "web",
            serviceARN: "arn", taskDefinition: taskDefinition, status: .succeeded, startedAt: Self.date)
    }
}
