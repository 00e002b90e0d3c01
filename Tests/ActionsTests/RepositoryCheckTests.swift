import CloudRig
import EngineRig
import Execution
import Expressions
import Foundation
import Plan
import Testing

@testable import Actions

/// What is known of a push to ECR before an image is built.
@Suite(.enabled(if: CloudRig.isAvailable, "\(CloudRig.reasonToSkip ?? "")")) struct RepositoryCheckTests {
    private let trial: ActionTrial
    private let rig: CloudRig
    private let name = "r" + UUID().uuidString.lowercased().prefix(8)

    init() throws {
        trial = ActionTrial()
        rig = try CloudRig.shared()
        trial.environment = rig.environment
        trial.github["sha"] = "aaaa1111"
    }

    private func check(_ names: [String]) throws {
        try trial.invocation([:]).checkBeforeBuild(pushing: names)
    }

    // MARK: The step's own push

    @Test("a repository that is not there is named with its account and region, and with how it is made")
    func missing() throws {
        let failure = try #require(throws: ActionFailure.self) {
            try check(["busybox:1", "\(CloudRig.registry)/\(name):1", "\(CloudRig.registry)/\(name):latest"])
        }
        let words = [
            "this step pushes to the repository \"\(name)\"", "account 123456789012, region us-east-1",
            "aws ecr create-repository --repository-name \(name) --region us-east-1", "create-repositories: \(name)",
        ]
        for word in words { #expect(failure.message.contains(word), "\(failure.message)") }
        try rig.ecr("CreateRepository", #"{"repositoryName":"\#(name)"}"#)
        try check(["\(CloudRig.registry)/\(name):1"])
        #expect(trial.log.isEmpty)
    }

    @Test("one that the push makes by a template is no failure")
    func template() throws {
        try rig.ecr("CreateRepositoryCreationTemplate", #"{"prefix":"\#(name)","appliedFor":["CREATE_ON_PUSH"]}"#)
        try check(["\(CloudRig.registry)/\(name)/app:1"])
        #expect(trial.log.count == 1 && trial.log[0].contains("the push makes it"), "\(trial.log)")
    }

    @Test("credentials that may not look have the build begun, and the log says so; a job without credentials says nothing")
    func denied() throws {
        try check(["\(CloudRig.registry)/hidden/\(name):1"])
        #expect(trial.log.count == 1, "\(trial.log)")
        #expect(trial.log[0].hasPrefix("##[notice]") && trial.log[0].contains("ecr:DescribeRepositories"), "\(trial.log)")
        trial.log = []
        trial.environment = ["AWS_ENDPOINT_URL": rig.address]
        try check(["\(CloudRig.registry)/\(name):1"])
        trial.environment = rig.environment
        trial.sharesNetwork = false
        try check(["\(CloudRig.registry)/\(name):1"])
        #expect(trial.log.isEmpty, "\(trial.log)")
    }

    @Test("the service of a later step is looked for, too, where no step configures credentials")
    func laterService() throws {
        trial.steps = [
            try action("docker/build-push-action@v6", ["push": "true"]),
            try action("slipway/ecs-deploy@v1", ["cluster": "none-\(name)", "service": "web"]),
        ]
        let failure = try #require(throws: ActionFailure.self) { try check([]) }
        #expect(failure.message.contains("none-\(name)"), "\(failure.message)")
        // Somewhere else than where was looked.
        trial.steps[1].environment = [NamedTemplate(name: "AWS_REGION", value: Template(literal: "eu-west-1"))]
        try check([])
        trial.environment["AWS_ACCESS_KEY_ID"] = nil
        try check([])
    }

    @Test(
        "nothing is built for a repository that is not there",
        .enabled(if: EngineRig.isAvailable, "\(EngineRig.reasonToSkip ?? "")"))
    func build() throws {
        let trial = try ActionTrial.withEngine()
        trial.environment = rig.environment
        _ = try EngineRig.registry()
        try trial.write("workspace/Dockerfile", "FROM busybox:test\nRUN echo built\n")
        let inputs = ["context": ".", "push": "true", "tags": "\(CloudRig.registry)/\(name):1"]
        let failure = try #require(try trial.failure(of: BuildPushAction(), inputs))
        #expect(failure.contains("the repository \"\(name)\" of ECR, which is not in the account"), "\(failure)")
        #expect(!trial.log.contains { $0.contains("Building") }, "\(trial.log)")
        try rig.ecr("CreateRepository", #"{"repositoryName":"\#(name)"}"#)
        #expect(try trial.failure(of: BuildPushAction(), inputs) == nil, "\(trial.log)")
    }

    // MARK: Later steps

    private func action(_ reference: String, _ inputs: [String: String], id: String? = nil) throws -> StepPlan {
        let given = try inputs.map { NamedTemplate(name: $0.key, value: try Template(parsing: $0.value)) }
        return StepPlan(id: id, work: .action(ActionCall(reference: reference, inputs: given)))
    }

    private func script(_ text: String, _ environment: [String: String] = [:]) throws -> StepPlan {
        StepPlan(
            environment: try environment.map { NamedTemplate(name: $0.key, value: try Template(parsing: $0.value)) },
            work: .script(Script(text: try Template(parsing: text))))
    }

    /// A job that logs in to ECR, and what that step says then.
    private func login(_ inputs: [String: String] = [:], _ later: [StepPlan]) throws -> String? {
        trial.steps = [try action("aws-actions/amazon-ecr-login@v2", inputs, id: "ecr")] + later
        do {
            try trial.run(ECRLoginAction(), inputs)
            return nil
        } catch let failure as ActionFailure {
            return failure.message
        }
    }

    @Test("the login says that a later build or script of the job has nowhere to push to", arguments: [true, false])
    func laterPush(isScript: Bool) throws {
        let registry = "${{ steps.ecr.outputs.registry }}"
        let step =
            isScript
            ? try script(
                "docker build -t \"$REGISTRY/$NAME:$TAG\" .\ndocker push \"$REGISTRY/${NAME}:$TAG\"\n",
                ["REGISTRY": registry, "NAME": name])
            : try action("docker/build-push-action@v6", ["push": "true", "tags": "\(registry)/\(name):${{ github.sha }}"])
        let failure = try #require(try login([step]))
        #expect(failure.contains("a later step of this job pushes to the repository \"\(name)\" of ECR"), "\(failure)")
        // One that the login itself makes is there by then.
        #expect(try login(["create-repositories": name], [step]) == nil)
        #expect(try login([step]) == nil)
    }

    @Test(
        "what may be otherwise by then is only remarked, or left to the step",
        arguments: [
            ("aws ecr create-repository --repository-name x || true", "docker push $REGISTRY/NAME:1", true),
            ("true", "if true; then\n  docker push $REGISTRY/NAME:1\nfi", true),
            ("true", "docker push $REGISTRY/NAME:1 || true", true),
            ("echo N=x >> $GITHUB_ENV", "docker push $REGISTRY/NAME:1", true),
            ("true", "docker push $REGISTRY/$UNKNOWN:1", false),
            ("true", "NAME=x\ndocker push $REGISTRY/$NAME:1", false),
            ("true", "docker push '$REGISTRY/NAME:1'", false),
            ("true", "docker push ${{ steps.meta.outputs.name }}/NAME:1", false),
        ])
    func unsure(before: String, text: String, isRemarked: Bool) throws {
        let steps = [
            try script(before),
            try script(
                text.replacingOccurrences(of: "/NAME", with: "/\(name)"), ["REGISTRY": "${{ steps.ecr.outputs.registry }}"]),
        ]
        #expect(try login(steps) == nil)
        let remarks = trial.log.filter { $0.hasPrefix("##[warning]") && $0.contains(name) }
        #expect(remarks.count == (isRemarked ? 1 : 0), "\(trial.log)")
    }

    // MARK: Commands of a buildspec

    /// What is said before the first step of a build whose phases have these commands.
    private func build(_ phases: [String], isIsolated: Bool = false) throws -> String? {
        func filled(_ text: String) -> String {
            text.replacingOccurrences(of: "REGISTRY/", with: "\(CloudRig.registry)/").replacingOccurrences(of: "NAME", with: name)
        }
        trial.log = []
        trial.steps = try phases.enumerated().map { index, text in
            let commands = filled(text).split(separator: "\n--\n").map { CommandBlock.Line(text: String($0)) }
            return StepPlan(
                id: "phase\(index)", condition: index == 2 ? try Condition(parsing: "!cancelled()") : .whenSuccessful,
                work: .commands(CommandBlock(commands: commands, isIsolated: isIsolated)))
        }
        do {
            try RunPreflight().check(trial.invocation([:]))
            return nil
        } catch let failure as ActionFailure {
            return failure.message
        }
    }

    private static let signIn = "aws ecr get-login-password | docker login --username AWS --password-stdin REGISTRY/"

    @Test("a push of a later phase is followed through one plain assignment of an earlier one")
    func phases() throws {
        trial.environment["REPO"] = name
        let phases = [
            "\(Self.signIn)\n--\nexport REPOSITORY_URI=\"REGISTRY/${REPO}\"\n--\nTAG=${CODEBUILD_RESOLVED_SOURCE_VERSION:=latest}",
            "docker build -t $REPOSITORY_URI:latest .",
            "if [ \"$CODEBUILD_BUILD_SUCCEEDING\" != 1 ]; then\n  exit 1\nfi\n--\ndocker push $REPOSITORY_URI:$TAG",
        ]
        let failure = try #require(try build(phases))
        #expect(failure.contains("a later step of this job pushes to the repository \"\(name)\" of ECR"), "\(failure)")
        // Each command has a shell of its own: the assignment is gone.
        #expect(try build(phases, isIsolated: true) == nil)
        try rig.ecr("CreateRepository", #"{"repositoryName":"\#(name)"}"#)
        #expect(try build(phases) == nil)
        #expect(trial.log.isEmpty, "\(trial.log)")
    }

    @Test(
        "what a build's commands may make or leave out is remarked, and where names are not known nothing is said",
        arguments: [
            ("true", "docker push REGISTRY/NAME:1 || true", true),
            ("aws ecr create-repository --repository-name x", "docker push REGISTRY/NAME:1", true),
            ("test -e model || exit 0", "docker push REGISTRY/NAME:1", true),
            ("true", "docker push REGISTRY/NAME:1\necho done", true),
            ("URI=REGISTRY/NAME\n--\nURI=REGISTRY/other", "docker push $URI:1", false),
            ("if true; then\nURI=REGISTRY/NAME\nfi", "docker push $URI:1", false),
            ("URI=$(cat uri)", "docker push $URI:1", false),
            ("URI=REGISTRY/NAME\n--\n. ./environment", "docker push $URI:1", false),
            ("URI=REGISTRY/NAME\n--\nset -a; . ./environment; set +a", "docker push $URI:1", false),
            ("true", "docker push REGISTRY/$UNKNOWN:1", false),
        ])
    func unsureCommands(before: String, text: String, isRemarked: Bool) throws {
        #expect(try build([before, text]) == nil)
        let remarks = trial.log.filter { $0.hasPrefix("##[warning]") && $0.contains(name) }
        #expect(remarks.count == (isRemarked ? 1 : 0), "\(trial.log)")
    }

    private func login(_ later: [StepPlan]) throws -> String? { try login([:], later) }
}
