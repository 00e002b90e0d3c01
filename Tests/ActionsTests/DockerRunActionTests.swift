import EngineRig
import Execution
import Expressions
import Foundation
import Testing

@testable import Actions
@testable import Docker

@Suite("slipway/docker-run", .enabled(if: EngineRig.isAvailable, "\(EngineRig.reasonToSkip ?? "")"), .timeLimit(.minutes(10)))
struct DockerRunActionTests {
    private let name = ActionTrial.name("app")

    private func inputs(_ command: String, _ more: [String: String] = [:]) -> [String: String] {
        [
            "image": "busybox:test", "name": name, "pull": "never", "network": "none", "command": "sh\n-c\n\(command)",
            "stable-seconds": "0", "stop-seconds": "0", "health-interval": "200ms",
        ].merging(more) { $1 }
    }

    @Test("a container takes the place of the one before, with what the inputs say")
    func replaces() throws {
        let trial = try ActionTrial.withEngine(.privileged)
        let engine = try trial.engine
        let first = try trial.run(DockerRunAction(), inputs("exec tail -f /dev/null", ["env": "COLOR=blue", "memory": "64m"]))
        defer { try? engine.removeContainer(name) }
        #expect(first.outputs["replaced"]?.displayString == "")
        let second = try trial.run(
            DockerRunAction(), inputs("touch /up; exec tail -f /dev/null", ["health-cmd": "test -e /up", "env": "COLOR=red"]))
        #expect(second.outputs["replaced"] == first.outputs["container-id"])
        let container = try #require(try engine.container(named: name))
        #expect(container.id == second.outputs["container-id"]?.displayString)
        #expect(container.state.isRunning && container.configuration.environment.contains("COLOR=red"))
        #expect(container.configuration.labels["slipway.deployed-by"] == "team/app")
        #expect(try engine.container(named: first.outputs["container-id"]?.displayString ?? "") == nil)
        #expect(trial.log.contains("\(name) is healthy"))
    }

    @Test(
        "the container from before runs again where the new one fails",
        arguments: [
            ("exit 7", [:], "it ended", []),
            ("exit 137", ["restart": "no"], "it ended with exit code 137", ["out-of-memory"]),
            (
                "echo started badly; exec tail -f /dev/null", ["health-cmd": "exit 1", "health-retries": "2"], "health check",
                ["container-unhealthy"]
            ),
            (
                "exec tail -f /dev/null", ["health-cmd": "exit 1", "health-retries": "900", "health-seconds": "1"],
                "not healthy after",
                ["container-unhealthy"]
            ),
        ] as [(String, [String: String], String, [String])])
    func putsBack(command: String, more: [String: String], word: String, names: [String]) throws {
        let trial = try ActionTrial.withEngine(.privileged)
        let engine = try trial.engine
        let first = try trial.run(DockerRunAction(), inputs("exec tail -f /dev/null"))
        defer { try? engine.removeContainer(name) }
        let patient = inputs(command, ["stable-seconds": "3600"].merging(more) { $1 })
        let message = try #require(try trial.failure(of: DockerRunAction(), patient))
        #expect(message.contains(word) && message.contains("runs again"), "\(message)")
        #expect(try trial.names(of: message) == names)
        let container = try #require(try engine.container(named: name))
        #expect(container.id == first.outputs["container-id"]?.displayString && container.state.isRunning)
        #expect(try engine.container(named: "\(name)-before") == nil && engine.container(named: "\(name)-next") == nil)
    }

    @Test("a container from before that does not become healthy again is not told as serving")
    func putsBackWhatFails() throws {
        let trial = try ActionTrial.withEngine(.privileged)
        let engine = try trial.engine
        // Healthy when it is started for the first time only.
        let once = "test -e /ran && rm -f /up || touch /ran /up; exec tail -f /dev/null"
        let check = ["health-cmd": "test -e /up", "health-retries": "2"]
        _ = try trial.run(DockerRunAction(), inputs(once, check))
        defer { try? engine.removeContainer(name) }
        let message = try #require(try trial.failure(of: DockerRunAction(), inputs("exit 7", ["stable-seconds": "3600"])))
        #expect(message.contains("runs again, but is not healthy: its health check fails"), "\(message)")
    }

    /// What `docker run --rm` asks for.
    private struct SelfRemoving: Encodable {
        let image: String
        let command: [String]
        let host = ["AutoRemove": true]

        enum CodingKeys: String, CodingKey {
            case image = "Image"
            case command = "Cmd"
            case host = "HostConfig"
        }
    }

    @Test("a container that is gone once it is stopped is not replaced, and runs on")
    func removesItself() throws {
        let trial = try ActionTrial.withEngine(.privileged)
        let engine = try trial.engine
        let definition = SelfRemoving(image: "busybox:test", command: ["tail", "-f", "/dev/null"])
        try engine.call(
            EngineRequest("POST", "/containers/create", to: "make a container").asking("name", name).sending(definition))
        defer { try? engine.removeContainer(name) }
        try engine.startContainer(name)
        let message = try #require(try trial.failure(of: DockerRunAction(), inputs("exec tail -f /dev/null")))
        #expect(message.contains("started with --rm") && message.contains("docker stop \(name)"), "\(message)")
        #expect(try engine.container(named: name)?.state.isRunning == true)
        #expect(try engine.container(named: "\(name)-next") == nil)
    }

    @Test("what a broken off replacement left is put right by the next")
    func mends() throws {
        let trial = try ActionTrial.withEngine(.privileged)
        let engine = try trial.engine
        let first = try trial.run(DockerRunAction(), inputs("exec tail -f /dev/null"))
        defer { try? engine.removeContainer(name) }
        let id = try #require(first.outputs["container-id"]?.displayString)
        try engine.renameContainer(id, to: "\(name)-before")
        try engine.stopContainer(id, seconds: 0)
        let second = try trial.run(DockerRunAction(), inputs("exec tail -f /dev/null"))
        #expect(second.outputs["replaced"] == first.outputs["container-id"])
        #expect(try engine.container(named: "\(name)-before") == nil)
    }

    @Test("one that was broken off before its container was healthy goes back to the one that served")
    func unproven() throws {
        let trial = try ActionTrial.withEngine(.privileged)
        let engine = try trial.engine
        let first = try trial.run(DockerRunAction(), inputs("exec tail -f /dev/null"))
        defer { try? engine.removeContainer(name) }
        let id = try #require(first.outputs["container-id"]?.displayString)
        try engine.renameContainer(id, to: "\(name)-aside")
        try engine.stopContainer(id, seconds: 0)
        let sick = ["health-cmd": "test -e /up", "health-retries": "1"]
        let command = "touch /up; (sleep 1; rm /up) & exec tail -f /dev/null"
        let other = try trial.run(DockerRunAction(), inputs(command, sick))
        let second = try #require(other.outputs["container-id"]?.displayString)
        for _ in 0..<200 where try engine.inspectContainer(second).state.health?.status != "unhealthy" { usleep(50_000) }
        // As it is after a kill between the start and the proof.
        try engine.renameContainer(id, to: "\(name)-before")
        let third = try trial.run(DockerRunAction(), inputs("exec tail -f /dev/null"))
        #expect(third.outputs["replaced"]?.displayString == id)
        #expect(try engine.container(named: "\(name)-before") == nil)
    }

    @Test("it needs the repository's permission")
    func permission() throws {
        let trial = try ActionTrial.withEngine(.containers)
        let message = try trial.failure(of: DockerRunAction(), inputs("true"))
        #expect(message?.contains("docker: privileged") == true)
    }
}
