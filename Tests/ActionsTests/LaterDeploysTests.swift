import CloudRig
import Execution
import Expressions
import Foundation
import Plan
import Testing

@testable import Actions

/// What a job says of the deploys of jobs after it.
@Suite(.enabled(if: CloudRig.isAvailable, "\(CloudRig.reasonToSkip ?? "")")) struct LaterDeploysTests {
    private let trial: ActionTrial
    private let service: CloudService

    init() throws {
        trial = ActionTrial()
        service = try CloudService(try CloudRig.shared())
        trial.environment = service.rig.environment
    }

    private func named(_ values: [String: String]) throws -> [NamedTemplate] {
        try values.sorted { $0.key < $1.key }.map { NamedTemplate(name: $0.key, value: try Template(parsing: $0.value)) }
    }

    private func action(_ reference: String, _ inputs: [String: String]) throws -> StepPlan {
        StepPlan(work: .action(ActionCall(reference: reference, inputs: try named(inputs))))
    }

    private func deploy(to service: String, before: [StepPlan] = [], _ environment: [String: String] = [:]) throws -> LaterJob {
        let step = try action("slipway/ecs-deploy@v1", ["cluster": "${{ env.CLUSTER }}", "service": service])
        let variables = ["CLUSTER": self.service.cluster].merging(environment) { $1 }
        return LaterJob(key: "deploy", steps: before + [step], environment: try named(variables), isOfSameWorkflow: true)
    }

    private func failure(of later: LaterJob...) throws -> String? {
        trial.laterJobs = later
        do {
            try RunPreflight().check(trial.invocation([:]))
            return nil
        } catch let failure as ActionFailure {
            return failure.message
        }
    }

    @Test("a service of a later job that is not there fails the job that builds, where that is sure")
    func missing() throws {
        #expect(try failure(of: deploy(to: "web")) == nil)
        #expect(trial.log == ["The job deploy, which comes later, deploys to the service \(service.cluster)/web, which is there"])
        let words = try #require(try failure(of: deploy(to: "wbe")))
        #expect(words.contains("the job deploy, which comes later, can't succeed: there is no service \"wbe\""), "\(words)")
        // Whatever may make it makes that a remark.
        let terraform = StepPlan(work: .script(Script(text: Template(literal: "terraform apply"))))
        trial.log = []
        #expect(try failure(of: deploy(to: "wbe", before: [terraform])) == nil)
        #expect(try failure(of: deploy(to: "wbe"), LaterJob(key: "infra", steps: [terraform])) == nil)
        trial.steps = [terraform]
        #expect(try failure(of: deploy(to: "wbe")) == nil)
        #expect(trial.log.count { $0.hasPrefix("##[warning]the job deploy, which comes later,") } == 3, "\(trial.log)")
    }

    @Test("jobs of other credentials, or whose place is not known yet, are left to themselves")
    func unknown() throws {
        var conditional = try deploy(to: "wbe")
        conditional.isUnconditional = false
        let credentials = try action("aws-actions/configure-aws-credentials@v4", ["aws-region": "us-east-1"])
        let left = [
            conditional, try deploy(to: "wbe", ["AWS_ACCESS_KEY_ID": "${{ secrets.KEY }}"]),
            try deploy(to: "wbe", before: [credentials]),
            try deploy(to: "wbe", ["CLUSTER": "${{ needs.build.outputs.cluster }}"]),
            try deploy(to: "wbe", ["AWS_REGION": "${{ needs.build.outputs.region }}"]),
            try deploy(to: "wbe-${{ env.UNKNOWN }}", ["UNKNOWN": "${{ secrets.NAME }}"]),
        ]
        for job in left { #expect(try failure(of: job) == nil) }
        #expect(trial.log.isEmpty, "\(trial.log)")
        // Elsewhere there is nothing of that name.
        let words = try #require(try failure(of: deploy(to: "web", ["AWS_REGION": "eu-west-1"])))
        #expect(words.contains("eu-west-1"), "\(words)")
        trial.environment["AWS_ACCESS_KEY_ID"] = nil
        #expect(try failure(of: deploy(to: "wbe")) == nil)
    }

    @Test("what a later build pushes to is found by its own variables, never by those of this job")
    func commands() throws {
        let push = CommandBlock(commands: [.init(text: "docker push $URI:1")])
        func build(_ uri: String) throws -> LaterJob {
            LaterJob(
                key: "image", steps: [StepPlan(id: "build", work: .commands(push))], environment: try named(["URI": uri]),
                isOfSameWorkflow: true)
        }
        let missing = "\(CloudRig.registry)/none-\(service.cluster)"
        let words = try #require(try failure(of: build(missing)))
        #expect(words.contains("the job image, which comes later, pushes to the repository"), "\(words)")
        trial.environment["URI"] = missing
        #expect(try failure(of: build("${{ secrets.URI }}")) == nil)
        #expect(trial.log.isEmpty, "\(trial.log)")
    }

    @Test("a step that configures credentials looks for the deploys of jobs that configure the same")
    func configured() throws {
        let inputs = [
            "aws-region": CloudRig.region, "aws-access-key-id": "AKIDEXAMPLE", "aws-secret-access-key": "secret-of-the-example",
        ]
        let step = try action("aws-actions/configure-aws-credentials@v4", inputs)
        trial.steps = [step]
        trial.laterJobs = [try deploy(to: "wbe", before: [step])]
        let failure = try #require(throws: ActionFailure.self) { try trial.run(ConfigureCredentialsAction(), inputs) }
        #expect(failure.message.contains("the job deploy, which comes later,"), "\(failure.message)")
        // The secrets of an environment may be another account's.
        let secret = inputs.merging(["aws-secret-access-key": "${{ secrets.KEY }}"]) { $1 }
        let hidden = try action("aws-actions/configure-aws-credentials@v4", secret)
        trial.steps = [hidden]
        var production = try deploy(to: "wbe", before: [hidden])
        production.hasEnvironment = true
        trial.laterJobs = [production]
        try trial.run(ConfigureCredentialsAction(), inputs)
        trial.steps = [step]
        let other = try action("aws-actions/configure-aws-credentials@v4", inputs.merging(["role-to-assume": "x"]) { $1 })
        trial.laterJobs = [try deploy(to: "wbe", before: [other])]
        try trial.run(ConfigureCredentialsAction(), inputs)
    }
}
