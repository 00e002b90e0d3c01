import Docker
import EngineRig
import Foundation
import Glibc
import Testing

@Suite("Docker Engine", .enabled(if: EngineRig.isAvailable, "\(EngineRig.reasonToSkip ?? "")"), .timeLimit(.minutes(10)))
struct DockerEngineTests {
    let engine: DockerEngine

    init() throws { engine = try .trial() }

    private func reason(_ work: () throws(DockerError) -> Void) -> DockerError.Reason? {
        do throws(DockerError) {
            try work()
            return nil
        } catch {
            return error.reason
        }
    }

    @Test("a version of the API is agreed on")
    func version() {
        #expect(engine.version.hasPrefix("1."))
    }

    @Test("a container runs to its end, with its output by channel and its exit code")
    func runs() throws {
        var definition = ContainerDefinition(image: "busybox:test")
        definition.command = ["sh", "-c", "echo \"$GREETING from $FROM_IMAGE\"; echo oops >&2; pwd; exit 7"]
        definition.environment = ["GREETING=hello"]
        definition.workingDirectory = "/tmp"
        let (id, warnings) = try engine.createContainer(definition, named: DockerEngine.name())
        defer { try? engine.removeContainer(id) }
        #expect(warnings.isEmpty)
        let output = try engine.attach(to: id)
        try engine.startContainer(id)
        let printed = try Printed(output)
        #expect(printed.output == "hello from yes\n/tmp\n")
        #expect(printed.errors == "oops\n")
        #expect(try engine.waitForContainer(id) == 7)
        let state = try engine.inspectContainer(id).state
        #expect(state.exitCode == 7 && !state.isRunning && !state.ranOutOfMemory)
        #expect(try Printed(engine.logs(of: id, last: 10)).output == printed.output)
    }

    @Test("what takes the engine's space is told, with who publishes which port")
    func usage() throws {
        let patience = Patience().limited(to: 60)
        var definition = ContainerDefinition(image: "busybox:test")
        definition.command = ["sh", "-c", "head -c 300000 /dev/zero > /filled"]
        let name = DockerEngine.name()
        let id = try engine.createContainer(definition, named: name).id
        defer { try? engine.removeContainer(id) }
        try engine.startContainer(id)
        _ = try engine.waitForContainer(id)
        let usage = try engine.diskUsage(patience: patience)
        #expect(usage.images.size > 100_000)
        #expect(usage.containers.reclaimable >= 300_000 && usage.containers.size >= usage.containers.reclaimable)
        #expect(usage.images.reclaimable <= usage.images.size && usage.volumes.reclaimable <= usage.volumes.size)
        #expect(try engine.dataFolder(patience: patience).hasPrefix("/"))
        let found = try #require(try engine.allContainers(patience: patience).first { $0.name == name })
        #expect(found.image == "busybox:test" && found.status.hasPrefix("Exited (0)"))
        #expect(try !engine.runningContainers(patience: patience).contains { $0.name == name })
    }

    @Test("containers are found by their labels and gone after their removal")
    func labels() throws {
        let label = "trial=\(UUID().uuidString)"
        var definition = ContainerDefinition(image: "busybox:test")
        definition.entrypoint = ["tail", "-f", "/dev/null"]
        definition.labels = ["trial": String(label.dropFirst(6))]
        let id = try engine.createContainer(definition, named: DockerEngine.name()).id
        try engine.startContainer(id)
        #expect(try engine.containers(labelled: [label]).map(\.id) == [id])
        #expect(try engine.containers(labelled: [label, "other"]).isEmpty)
        try engine.removeContainer(id)
        #expect(try engine.containers(labelled: [label]).isEmpty)
        try engine.removeContainer(id)
        #expect(reason { () throws(DockerError) in _ = try engine.inspectContainer(id) } == .notFound)
    }

    @Test("a name that is in use is a conflict")
    func conflict() throws {
        let name = DockerEngine.name()
        var definition = ContainerDefinition(image: "busybox:test")
        definition.command = ["true"]
        let id = try engine.createContainer(definition, named: name).id
        defer { try? engine.removeContainer(id) }
        let reason = reason { () throws(DockerError) in _ = try engine.createContainer(definition, named: name) }
        #expect(reason == .conflict)
    }

    @Test("a command in a container has its own environment, folder and user, and its exit code is known")
    func command() throws {
        let container = try engine.idleContainer()
        defer { try? engine.removeContainer(container) }
        let command = CommandDefinition(
            ["sh", "-c", "echo $A; pwd; id -u; echo e >&2; exit 3"], environment: ["A=b"], workingDirectory: "/etc", user: "1000")
        let (id, output) = try engine.startCommand(command, in: container)
        let printed = try Printed(output)
        #expect(printed.output == "b\n/etc\n1000\n")
        #expect(printed.errors == "e\n")
        let state = try engine.inspectCommand(id)
        #expect(state.exitCode == 3 && !state.isRunning && state.pid > 0)
    }

    @Test("a program that is not there shows in the command's state")
    func missingProgram() throws {
        let container = try engine.idleContainer()
        defer { try? engine.removeContainer(container) }
        let (id, output) = try engine.startCommand(CommandDefinition(["no-such-program"]), in: container)
        _ = try Printed(output)
        let state = try engine.inspectCommand(id)
        #expect(state.pid == 0 && state.exitCode != 0)
    }

    @Test("much output arrives whole and in its order")
    func muchOutput() throws {
        let container = try engine.idleContainer()
        defer { try? engine.removeContainer(container) }
        let (_, output) = try engine.startCommand(CommandDefinition(["seq", "200000"]), in: container)
        let lines = try Printed(output).output.split(separator: "\n")
        #expect(lines.count == 200_000)
        #expect(lines.last == "200000")
    }

    @Test("a wait for output ends as soon as a descriptor is readable, and output that comes later can still be read")
    func interruption() throws {
        let container = try engine.idleContainer()
        defer { try? engine.removeContainer(container) }
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        let (_, output) = try engine.startCommand(
            CommandDefinition(["sh", "-c", "echo a; until [ -e /tmp/go ]; do sleep 0.01; done; echo b"]), in: container)
        var text = ""
        while text != "a\n" { _ = try output.read { text += String(decoding: $1, as: UTF8.self) } }
        #expect(write(ends[1], "x", 1) == 1)
        let patience = Patience(descriptor: ends[0])
        #expect(try output.read(patience) { text += String(decoding: $1, as: UTF8.self) } == .interrupted)
        let (_, touch) = try engine.startCommand(CommandDefinition(["touch", "/tmp/go"]), in: container)
        _ = try Printed(touch)
        #expect(try Printed(output).output == "b\n")
    }

    @Test("what is at a path of a container is known without a program in it")
    func paths() throws {
        let container = try engine.idleContainer(image: "bare:test")
        defer { try? engine.removeContainer(container) }
        #expect(try engine.hasPath("/bin/tail", in: container))
        #expect(try !engine.hasPath("/bin/sh", in: container))
    }

    @Test("networks and volumes are made, listed and removed")
    func networksAndVolumes() throws {
        let name = DockerEngine.name()
        let network = try engine.createNetwork(named: name, labels: ["trial": name])
        #expect(try engine.networks(labelled: ["trial=\(name)"]).map(\.id) == [network])
        try engine.removeNetwork(network)
        #expect(try engine.networks(labelled: ["trial=\(name)"]).isEmpty)
        try engine.createVolume(named: name, labels: ["trial": name])
        #expect(try engine.volumes(labelled: ["trial=\(name)"]).map(\.name) == [name])
        try engine.removeVolume(name)
        #expect(try engine.volumes(labelled: ["trial=\(name)"]).isEmpty)
    }

    @Test("an image of a registry that is not reached is unavailable, for now")
    func unreachableRegistry() throws {
        let image = try #require(ImageReference("127.0.0.1:1/nothing:1"))
        do throws(DockerError) {
            try engine.pull(image) { _ in }
            Issue.record("there is no such registry")
        } catch {
            #expect(error.reason == .imageUnavailable)
            #expect(error.isTransient)
            #expect("\(error)".contains("127.0.0.1:1/nothing:1"))
        }
        #expect(try engine.image("127.0.0.1:1/nothing:1") == nil)
    }

    @Test("nobody at the socket is told apart from an engine that fails")
    func noDaemon() {
        let reason = reason { () throws(DockerError) in _ = try DockerEngine(socket: "/tmp/there-is-no-engine") }
        #expect(reason == .noDaemon)
    }
}
