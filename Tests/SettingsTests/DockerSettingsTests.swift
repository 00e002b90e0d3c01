import Diagnostics
import EngineAddresses
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
        #expect(try settings("").docker.socket == .usual(EngineAddress(socket: "/var/run/docker.sock")))
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("slipway-\(UUID().uuidString)").path
        let named = try settings("", environment: ["DOCKER_HOST": "unix://\(folder)"])
        #expect(named.docker.engine?.socket == nil)
        try "".write(toFile: folder, atomically: false, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        #expect(named.docker.engine?.socket == folder)
    }

    @Test("an engine behind a port is named by the environment or the settings, with its certificates")
    func ports() throws {
        let plain = try settings("", environment: ["DOCKER_HOST": "tcp://10.0.0.1:2375"]).docker
        #expect(plain.engine?.text == "tcp://10.0.0.1:2375" && plain.engine?.certificates == nil)
        let environment = ["DOCKER_HOST": "tcp://10.0.0.1", "DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": "/certificates"]
        let secure = try settings("", environment: environment).docker
        #expect(secure.engine?.text == "tcp://10.0.0.1:2376" && secure.engine?.certificates == "/certificates")
        let named = try settings("docker: {socket: \"tcp://engine:99\", certificates: /etc/c}", environment: environment).docker
        #expect(named.engine?.text == "tcp://engine:99" && named.engine?.certificates == "/etc/c")
    }

    @Test("certificates for a socket have no effect, which is told")
    func unused() throws {
        let loaded = RunnerSettings.parse("docker: {socket: /run/docker.sock, certificates: /etc/c}")
        #expect(loaded.settings?.docker.engine == EngineAddress(socket: "/run/docker.sock"))
        #expect(loaded.diagnostics.contains { $0.rule == "unused-key" })
    }

    @Test("what the environment names in vain is told, and jobs have no containers then")
    func impossible() throws {
        let loaded = RunnerSettings.parse("", environment: ["DOCKER_HOST": "ssh://me@engine"])
        #expect(loaded.settings?.docker.engine == nil && loaded.settings?.docker.socket == .off)
        #expect(loaded.diagnostics.contains { $0.severity == .warning && $0.message.contains("forward its socket") })
    }

    @Test("the settings name an engine, or none, whatever the environment says")
    func named() throws {
        let environment = ["DOCKER_HOST": "unix:///run/other.sock"]
        #expect(
            try settings("docker: {socket: /run/engine.sock}", environment: environment).docker.engine?.socket
                == "/run/engine.sock")
        #expect(try settings("docker: {socket: \"unix:///run/engine.sock\"}").docker.engine?.socket == "/run/engine.sock")
        #expect(try settings("docker: {socket: off}", environment: environment).docker.engine?.socket == nil)
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
            ("docker: {socket: docker.sock}", "invalid-address"), ("docker: {socket: \"ssh://me@engine\"}", "invalid-address"),
            ("docker: {socket: \"tcp://a:b\"}", "invalid-address"),
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
