import Expressions
import Foundation
import Plan
import Testing

@testable import Execution

/// What a job's containers, and the containers of its steps, are made of.
struct ContainerJobTests {
    private static func template(_ text: String) throws -> TemplateTree { .template(try Template(parsing: text)) }

    private static func script(_ text: String) throws -> StepPlan {
        StepPlan(work: .script(Script(text: try Template(parsing: text))))
    }

    @Test("container and services are evaluated for the cell, with the job's variables and secrets")
    func containers() throws {
        let job = JobPlan(
            key: "job", environment: [NamedTemplate(name: "TAG", value: Template(literal: "slim"))],
            steps: [try Self.script("echo ${{ job.container.id }} ${{ job.services.db.ports['5432'] }}")],
            container: .object([
                .init(name: "image", value: try Self.template("node:${{ matrix.version }}-${{ env.TAG }}")),
                .init(
                    name: "credentials",
                    value: .object([
                        .init(name: "username", value: .value("ada")),
                        .init(name: "password", value: try Self.template("${{ secrets.PASSWORD }}")),
                    ])),
                .init(name: "env", value: .object([.init(name: "A", value: .value(1))])),
                .init(name: "options", value: .value("--cpus 1 --name 'a b'")),
            ]),
            services: .object([
                .init(
                    name: "db",
                    value: .object([
                        .init(name: "image", value: .value("postgres")),
                        .init(name: "ports", value: .array([.value("5432/tcp")])),
                    ])),
                .init(name: "none", value: .object([.init(name: "image", value: try Self.template("${{ matrix.nothing }}"))])),
            ]))
        let context: ExpressionObject = ["container": ["id": "abc"], "services": ["db": ["ports": ["5432": "49153"]]]]
        let walked = try WalkedJob(job, secrets: ["PASSWORD": "hunter2hunter2"], context: context)
        let expected = ContainerSpecification(
            image: "node:16-slim", credentials: .init(username: "ada", password: "hunter2hunter2"), environment: ["A": "1"],
            options: ["--cpus", "1", "--name", "a b"])
        #expect(walked.executor.containers?.job == expected)
        #expect(walked.executor.containers?.services.map(\.id) == ["db"])
        #expect(walked.executor.containers?.services.first?.container.ports == ["5432/tcp"])
        #expect(
            walked.steps == [
                "Set up job: success", "Initialize containers: success",
                "Run echo abc 49153: success", "Stop containers: success",
            ])
        let script = try walked.folder.text(of: "temp/_runner_file_commands/step-3-script.sh")
        #expect(script == "echo abc 49153")
        // In a container, GitHub's shell is sh.
        #expect(walked.executor.commands.first?.arguments.prefix(2) == ["sh", "-e"])
        #expect(walked.executor.isClosed)
        #expect(try walked.folder.text(of: "log").contains("pulling"))
    }

    @Test("a container that can't be made fails the job; a place on the host that can't loses it")
    func refusals() throws {
        let steps = [
            try Self.script("echo"), StepPlan(condition: try Condition(parsing: "always()"), work: try Self.script("echo").work),
        ]
        let container = JobPlan(key: "job", steps: steps, container: .value("nothing:here"))
        let failed = try WalkedJob(container, refusal: "there is no image nothing:here")
        #expect(failed.finish.conclusion == .failure)
        #expect(failed.finish.reason == "there is no image nothing:here")
        #expect(failed.steps.prefix(2) == ["Set up job: success", "Initialize containers: failure"])
        #expect(failed.steps.suffix(2).allSatisfy { $0.hasSuffix("skipped") })
        let lost = try WalkedJob(JobPlan(key: "job", steps: steps), refusal: "no sandbox")
        #expect(lost.finish.conclusion == .lost && lost.finish.reason == "no sandbox")
        #expect(lost.steps.first == "Set up job: failure")
        let wrong = try WalkedJob(JobPlan(key: "job", steps: steps, container: .value(3)))
        #expect(wrong.finish.conclusion == .failure)
        #expect(wrong.executor.containers == nil)
    }

    @Test("an image that is called gets its arguments, and the paths of the job as its container sees them")
    func image() throws {
        let step = StepPlan(
            id: "lint",
            environment: [
                NamedTemplate(name: "WHERE", value: try Template(parsing: "${{ github.workspace }}/src")),
                NamedTemplate(name: "PLAIN", value: Template(literal: "/elsewhere/job/workspace")),
            ],
            work: .action(
                ActionCall(
                    reference: "docker://alpine:3.20",
                    inputs: [
                        NamedTemplate(name: "entrypoint", value: Template(literal: "/bin/echo")),
                        NamedTemplate(name: "args", value: try Template(parsing: "one 'two three' ${{ github.sha }}")),
                        NamedTemplate(name: "some value", value: Template(literal: "x")),
                    ])))
        let walked = try WalkedJob(JobPlan(key: "job", steps: [step]))
        #expect(walked.finish.conclusion == .success)
        let container = try #require(walked.executor.stepContainers.first)
        #expect(container.image == .reference("alpine:3.20"))
        #expect(container.entrypoint == "/bin/echo")
        #expect(container.arguments == ["one", "two three", "c0ffee"])
        let environment = container.environment
        #expect(environment["WHERE"] == "/github/workspace/src" && environment["PLAIN"] == "/elsewhere/job/workspace")
        #expect(environment["GITHUB_WORKSPACE"] == "/github/workspace")
        #expect(environment["GITHUB_EVENT_PATH"] == "/github/workflow/event.json")
        #expect(environment["GITHUB_OUTPUT"] == "/github/file_commands/_runner_file_commands/step-2-output")
        #expect(environment["RUNNER_TEMP"] == "/github/runner_temp" && environment["HOME"] == "/github/home")
        #expect(environment["INPUT_SOME_VALUE"] == "x" && environment["GITHUB_ACTION"] == "lint")
        #expect(environment["PATH"] == nil && environment["TMPDIR"] == nil)
    }

    @Test("a Docker action is built from its folder, with its own environment, arguments and stages")
    func dockerAction() throws {
        let docker = DockerAction(
            image: .dockerfile("../Dockerfile"),
            environment: [
                NamedTemplate(name: "GREETING", value: try Template(parsing: "hi ${{ inputs.who }}")),
                NamedTemplate(name: "KNOWN", value: Template(literal: "the action's")),
            ],
            entrypoint: "/main.sh",
            arguments: [try Template(parsing: "${{ inputs.who }} and all"), Template(literal: "")],
            preEntrypoint: "/pre.sh", preCondition: try Condition(parsing: "always()"), postEntrypoint: "/post.sh",
            postCondition: try Condition(parsing: "always()"))
        let step = StepPlan(
            environment: [NamedTemplate(name: "KNOWN", value: Template(literal: "the step's"))],
            work: .action(ActionCall(reference: "octo/tools/sub@v1")))
        let walked = try WalkedJob(JobPlan(key: "job", steps: [step])) { executor in
            let root = executor.folders.actions
            try Folder.make("\(root.outside)/sub")
            try Folder.write("FROM scratch\n", to: "\(root.outside)/Dockerfile")
            return FoundAction(
                plan: ActionPlan(
                    name: "x", path: "sub/action.yml", inputs: [.init(name: "who", defaultValue: Template(literal: "you"))],
                    work: .docker(docker)),
                folder: root.appending("sub"), root: root,
                source: .init(repository: "octo/tools", ref: "v1", commit: "1", mirror: ""))
        }
        #expect(walked.finish.conclusion == .success)
        let containers = walked.executor.stepContainers
        #expect(containers.map(\.entrypoint) == ["/pre.sh", "/main.sh", "/post.sh"])
        let root = walked.executor.folders.actions.outside
        #expect(containers.allSatisfy { $0.image == .build(context: root, dockerfile: "\(root)/Dockerfile") })
        #expect(containers.allSatisfy { $0.arguments == ["you and all", ""] })
        #expect(containers[1].environment["GREETING"] == "hi you" && containers[1].environment["KNOWN"] == "the step's")
        #expect(containers[1].environment["GITHUB_ACTION_REPOSITORY"] == "octo/tools")
    }

    @Test("a Dockerfile outside of the action's repository is refused")
    func escapingDockerfile() throws {
        let docker = DockerAction(
            image: .dockerfile("Dockerfile"), preCondition: .whenSuccessful, postCondition: .whenSuccessful)
        let step = StepPlan(work: .action(ActionCall(reference: "octo/tools@v1")))
        let walked = try WalkedJob(JobPlan(key: "job", steps: [step])) { executor in
            let root = executor.folders.actions
            try FileManager.default.createSymbolicLink(
                atPath: "\(root.outside)/Dockerfile", withDestinationPath: "/etc/passwd")
            return FoundAction(plan: ActionPlan(name: "x", path: "action.yml", work: .docker(docker)), folder: root, root: root)
        }
        #expect(walked.finish.conclusion == .failure)
        #expect(walked.finish.reason?.contains("is not in its repository") == true)
        #expect(walked.executor.stepContainers.isEmpty)
    }
}
