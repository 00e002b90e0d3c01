import EngineRig
import Execution
import Expressions
import Foundation
import Testing

@Suite("Docker step", .enabled(if: EngineRig.isAvailable, "\(EngineRig.reasonToSkip ?? "")"), .timeLimit(.minutes(10)))
struct DockerStepTests {
    private func text(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }

    @Test(
        "a step's container has the job's folders, arguments and environment, on the host and in a container job",
        arguments: [false, true])
    func runs(isInContainer: Bool) throws {
        let trial = try DockerTrial()
        try trial.open(JobContainers(job: isInContainer ? ContainerSpecification(image: "busybox:test") : nil)) { workplace in
            let step = StepContainer(
                image: .reference("busybox:test"), entrypoint: "sh",
                arguments: [
                    "-c",
                    """
                    echo $A $HOME $1; pwd; echo out > file; echo t > /github/runner_temp/t
                    cat /github/workflow/t /github/file_commands/t; exit 4
                    """, "sh", "b c",
                ], environment: ["A": "a"])
            let result = try workplace.run(step)
            #expect(result.outcome == .exited(4))
            #expect(result.text.contains("a /github/home b c\n/github/workspace\nt\nt\n"), "\(result.text)")
            #expect(text("\(trial.folder)/place/workspace/file") == "out\n")
        }
        #expect(try trial.leftovers.isEmpty)
    }

    @Test("an image is built for a step, and removed after the job")
    func builds() throws {
        let trial = try DockerTrial()
        try trial.open(JobContainers()) { workplace in
            let folder = "\(workplace.folders.workspace.outside)/action"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try "FROM busybox:test\nCOPY hello /hello\nENTRYPOINT [\"cat\", \"/hello\"]\n".write(
                toFile: "\(folder)/Dockerfile", atomically: true, encoding: .utf8)
            try "built\n".write(toFile: "\(folder)/hello", atomically: true, encoding: .utf8)
            let step = StepContainer(image: .build(context: folder, dockerfile: "\(folder)/Dockerfile"))
            let result = try workplace.run(step)
            #expect(result.outcome == .exited(0))
            #expect(result.text.contains("Step 1/"))
            #expect(result.text.hasSuffix("built\n"))
        }
        #expect(try trial.leftovers.isEmpty)
    }

    @Test("a build whose folder leads out of the job's is refused")
    func buildOutside() throws {
        let trial = try DockerTrial()
        try trial.open(JobContainers()) { workplace in
            let folder = workplace.folders.workspace.outside
            try FileManager.default.createSymbolicLink(atPath: "\(folder)/action", withDestinationPath: "/etc")
            let step = StepContainer(image: .build(context: "\(folder)/action", dockerfile: "\(folder)/action/passwd"))
            #expect(throws: ExecutionError.self) { try workplace.run(step) }
        }
    }

    @Test("a step's container is asked to end, then killed", arguments: [true, false])
    func cancel(obeys: Bool) throws {
        let trial = try DockerTrial()
        try trial.open(JobContainers()) { workplace in
            let trap = obeys ? "trap 'echo asked; exit 0' TERM" : "trap 'echo asked' TERM"
            let cancellation = try Cancellation()
            let step = StepContainer(
                image: .reference("busybox:test"), entrypoint: "sh",
                arguments: ["-c", "\(trap); echo ready; while :; do sleep 0.05; done"])
            let result = try workplace.run(step, cancellation: cancellation) {
                if $0.contains("ready") { cancellation.request(reason: "test") }
            }
            #expect(result.outcome == .cancelled)
            #expect(result.text.contains("asked"), "\(result.text)")
        }
        #expect(try trial.leftovers.isEmpty)
    }

    @Test("a step's container is in the network of the job's services")
    func services() throws {
        let trial = try DockerTrial()
        var web = ContainerSpecification(
            image: "busybox:test",
            options: [
                "--health-cmd", "wget -q -O - http://127.0.0.1/", "--health-interval", "200ms",
            ])
        web.entrypoint = "sh"
        web.command = ["-c", "echo from the service > /var/www/index.html; exec httpd -f -h /var/www"]
        try trial.open(JobContainers(services: [.init(id: "web", container: web)])) { workplace in
            let step = StepContainer(
                image: .reference("busybox:test"), entrypoint: "fetch", arguments: ["web"])
            let result = try workplace.run(step)
            #expect(result.text.hasSuffix("from the service\n"))
        }
    }

    @Test("without an engine, a step's container is told why it can't be run")
    func noEngine() throws {
        let trial = try DockerTrial()
        trial.assignment.engine = nil
        try trial.open(JobContainers()) { workplace in
            #expect(throws: ExecutionError.self) { try workplace.run(StepContainer(image: .reference("busybox:test"))) }
        }
        #expect(throws: ExecutionError.self) {
            try trial.open(JobContainers(job: ContainerSpecification(image: "busybox:test"))) { _ in }
        }
    }
}
