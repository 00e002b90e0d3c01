import Diagnostics
import Foundation
import Settings
import Testing

@Suite struct DockerSettingsTests {
    private func settings(_ text: String, environment: [String: String] = [:]) throws -> RunnerSettings {
        let loaded = RunnerSettings.parse(text, environment: environment)
        return try #require(loaded.settings, "\(loaded.diagnostics.map(\.message))")
    }

    @Test("the engine is the one that Docker's own client would use, as long as it is there")
    func usual() throws {
        #expect(try settings("").docker.socket == .usual("/var/run/docker.sock"))
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("slipway-\(UUID().uuidString)").path
        let named = try settings("", environment: ["DOCKER_HOST": "unix://\(folder)"])
        #expect(named.docker.socketPath == nil)
        try "".write(toFile: folder, atomically: false, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        #expect(named.docker.socketPath == folder)
        #expect(
            try settings("", environment: ["DOCKER_HOST": "tcp://10.0.0.1:2375"]).docker.socket == .usual("/var/run/docker.sock"))
    }

    @Test("the settings name an engine, or none, whatever the environment says")
    func named() throws {
        let environment = ["DOCKER_HOST": "unix:///run/other.sock"]
        #expect(
            try settings("docker: {socket: /run/engine.sock}", environment: environment).docker.socketPath == "/run/engine.sock")
        #expect(try settings("docker: {socket: \"unix:///run/engine.sock\"}").docker.socketPath == "/run/engine.sock")
        #expect(try settings("docker: {socket: off}", environment: environment).docker.socketPath == nil)
    }

    @Test("labels stand for the host or for an image")
    func labels() throws {
        let settings = try settings(
            """
            labels:
              GPU: host
              "ubuntu-*": {image: "python:3.12"}
              small: {image: busybox, options: --cpus 0.5}
            """)
        #expect(
            settings.labels == [
                "gpu": .host, "ubuntu-*": .image("python:3.12", options: ""), "small": .image("busybox", options: "--cpus 0.5"),
            ])
    }

    @Test(
        "a wrong setting is told with its rule",
        arguments: [
            ("docker: {socket: docker.sock}", "invalid-path"), ("docker: {socket: \"tcp://10.0.0.1:2375\"}", "invalid-path"),
            ("docker: {pull: often}", "unknown-value"), ("docker: {image: x}", "unknown-key"),
            ("labels: [gpu]", "unexpected-kind"),
            ("labels: {gpu: cluster}", "unknown-value"), ("labels: {gpu: {name: x}}", "unknown-key"),
            ("labels: {gpu: {options: --init}}", "missing-key"), ("labels: {gpu: {image: \"a b\"}}", "invalid-name"),
            ("labels: {\"a b\": host}", "invalid-name"),
            ("repositories: [{name: a, url: /srv/a.git, docker: root}]", "unknown-value"),
        ])
    func mistakes(text: String, rule: String) {
        let loaded = RunnerSettings.parse(text)
        #expect(loaded.settings == nil)
        #expect(loaded.diagnostics.contains { $0.rule == rule }, "\(loaded.diagnostics)")
    }

    @Test("a repository's jobs have containers, and no more, unless the settings say so")
    func uses() throws {
        let settings = try settings("repositories: [{name: a, url: /srv/a.git}, {name: b, url: /srv/b.git, docker: socket}]")
        #expect(settings.repositories.map(\.docker) == [.containers, .socket])
    }
}
