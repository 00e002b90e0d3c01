import Expressions
import Foundation
import Plan
import Store
import Testing

@testable import Daemon

/// The step that makes a container again as an earlier deployment made it.
@Suite struct ContainerReturnTests {
    private let deployment = Deployment(
        id: 9, runID: 3, jobID: 4, repository: "app", commit: "c", region: "", cluster: "host", service: "web",
        serviceARN: "docker:host/web", previousTaskDefinition: "r/app@sha256:1", taskDefinition: "r/app@sha256:2",
        startedAt: Date(timeIntervalSince1970: 0), inputs: ["name": "web"])

    private func maker(_ name: String, _ inputs: [String: String] = [:]) throws -> StepPlan {
        var call = ActionCall(
            reference: "slipway/docker-run@v1", inputs: [.init(name: "Name", value: try Template(parsing: name))])
        for (name, value) in inputs { call.inputs.append(.init(name: name, value: try Template(parsing: value))) }
        return StepPlan(environment: [.init(name: "OF", value: Template(literal: name))], work: .action(call))
    }

    private func inputs(of step: StepPlan) -> [String: String] {
        guard case .action(let call) = step.work else { return [:] }
        return Dictionary(call.inputs.map { ($0.name, $0.value.source) }) { $1 }
    }

    @Test("recorded inputs are as they were, with the earlier image; what may be secret is as the job's own step has it")
    func makes() throws {
        let steps = [
            try maker("other", ["env": "NO=1", "ports": "1:1"]),
            try maker("web", ["env": "KEY=${{ secrets.KEY }}", "ports": "9:9", "memory": "1g"]),
        ]
        let back = ContainerReturn(
            deployment, to: "r/app@sha256:1", inputs: ["name": "web", "ports": "8:8", "env": nil], among: steps)
        let step = back.step(titled: "Roll back")
        #expect(back.missing.isEmpty)
        #expect(
            inputs(of: step) == [
                "name": "web", "ports": "8:8", "env": "KEY=${{ secrets.KEY }}", "image": "r/app@sha256:1", "pull": "missing",
                "deployment": "9",
            ])
        #expect(step.environment.map(\.value.source) == ["web"])
    }

    @Test("a step whose container's name is computed may be the one; one of another container is not")
    func finds() throws {
        let inputs: [String: String?] = ["name": "web", "env": nil]
        let computed = try maker("${{ vars.NAME }}", ["env": "A=1"])
        #expect(ContainerReturn(deployment, to: "i", inputs: inputs, among: [computed]).missing.isEmpty)
        let other = try maker("other", ["env": "A=1"])
        #expect(ContainerReturn(deployment, to: "i", inputs: inputs, among: [other]).missing == ["env"])
    }

    @Test("a rollback without an input that nobody kept is refused")
    func refuses() throws {
        func rollback(_ steps: [StepPlan]) -> RollbackRun {
            let plan = RunPlan(name: "Deploy", path: "deploy.yml", jobs: [JobPlan(key: "deploy", steps: steps)])
            let job = Job(id: 4, runID: 3, key: "deploy", name: "deploy", createdAt: deployment.startedAt)
            let event = Event(
                repository: "app", name: "push", source: .operator, ref: "refs/heads/main", commit: "c",
                payload: .object(ExpressionObject()), receivedAt: deployment.startedAt)
            return RollbackRun(
                targets: [
                    .init(
                        deployment: deployment, taskDefinition: "i", source: .init(plan: plan, event: event, job: job),
                        inputs: ["name": "web", "env": nil])
                ], repository: "app", ref: "refs/heads/main", commit: "c", actor: "anna", now: deployment.startedAt)
        }
        #expect(rollback([]).obstacle?.contains("made with env") == true)
        let steps = [
            StepPlan(work: .action(ActionCall(reference: "docker/login-action@v3"))),
            StepPlan(work: .action(ActionCall(reference: "actions/checkout@v4"))), try maker("web", ["env": "A=1"]),
        ]
        let able = rollback(steps)
        #expect(able.obstacle == nil)
        let actions = able.outcome.runs.first?.plan?.jobs.first?.steps.compactMap { step -> String? in
            if case .action(let call) = step.work { call.actionName } else { nil }
        }
        #expect(actions == ["docker/login-action", "slipway/docker-run"])
    }

    @Test("definitions and images are named shortly")
    func names() {
        #expect(Deployment.shortName(ofDefinition: "arn:aws:ecs:r:1:task-definition/app:3") == "app:3")
        #expect(Deployment.shortName(ofDefinition: "r.example.org/team/app@sha256:0123456789abcdef") == "app@sha256:0123456789ab")
        #expect(Deployment.shortName(ofDefinition: "sha256:0123456789abcdef") == "sha256:0123456789ab")
    }
}
