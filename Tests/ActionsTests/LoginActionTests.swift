import Docker
import EngineRig
import Execution
import Expressions
import Foundation
import Testing

@testable import Actions

@Suite("docker/login-action", .enabled(if: EngineRig.isAvailable, "\(EngineRig.reasonToSkip ?? "")"), .timeLimit(.minutes(10)))
struct LoginActionTests {
    @Test("the engine tries a login, steps find it in DOCKER_CONFIG, and the post step takes it away")
    func logsIn() throws {
        let trial = try ActionTrial.withEngine()
        let registry = try EngineRig.protectedRegistry()
        let inputs = ["registry": registry, "username": EngineRig.username, "password": EngineRig.password]
        let ends = try trial.runWithPost(LoginAction(), inputs) {
            let text = try #require(trial.text("home/.docker/config.json"))
            #expect(text.contains(Data("\(EngineRig.username):\(EngineRig.password)".utf8).base64EncodedString()))
            let mode = try FileManager.default.attributesOfItem(atPath: "\(trial.folder)/home/.docker/config.json")
            #expect(mode[.posixPermissions] as? Int == 0o600)
        }
        #expect(ends.main.outputs.isEmpty)
        #expect(trial.log.contains("Login Succeeded!"))
        #expect(trial.text("home/.docker/config.json")?.contains(registry) == false)
    }

    @Test("a wrong password fails the step, and no log holds it")
    func wrongPassword() throws {
        let trial = try ActionTrial.withEngine()
        let inputs = ["registry": try EngineRig.protectedRegistry(), "username": EngineRig.username, "password": "guessed"]
        let message = try #require(try trial.failure(of: LoginAction(), inputs))
        #expect(message.contains("log in to"))
        #expect(!message.contains("guessed"))
        #expect(trial.text("home/.docker/config.json") == nil)
    }

    @Test("what else the file holds stays, and a login of another place too")
    func keepsOthers() throws {
        let trial = ActionTrial()
        try trial.write("home/.docker/config.json", #"{"proxies":{"default":{}},"auths":{"ghcr.io":{"auth":"YTpi"}}}"#)
        try trial.run(
            LoginAction(), ["registry": "https://registry.example.org/", "username": "u", "password": "p", "logout": "false"])
        let text = try #require(trial.text("home/.docker/config.json"))
        #expect(text.contains("proxies") && text.contains("ghcr.io") && text.contains("\"registry.example.org\""))
    }

    @Test("keys of AWS are no login of ECR")
    func accessKeys() throws {
        let trial = ActionTrial()
        let registry = "123456789012.dkr.ecr.us-east-1.amazonaws.com"
        #expect(throws: ActionFailure.self) {
            try trial.run(LoginAction(), ["registry": registry, "username": "AKIAEXAMPLE", "password": "p"])
        }
        try trial.run(LoginAction(), ["registry": registry, "username": "AWS", "password": "token"])
    }

    @Test("the program that keeps a login is asked as one of the job's commands")
    func helper() throws {
        let trial = ActionTrial(runsCommands: true)
        try trial.write("home/.docker/config.json", #"{"credHelpers":{"registry.example.org":"test"}}"#)
        let script =
            "#!/bin/sh\nread -r server\n"
            + "[ \"$1\" = get ] && echo \"{\\\"Username\\\":\\\"me\\\",\\\"Secret\\\":\\\"for $server\\\"}\"\n"
        try trial.write("home/bin/docker-credential-test", script, mode: 0o755)
        var invocation = try trial.invocation([:])
        invocation.commandEnvironment["PATH"] = "\(trial.folder)/home/bin:/usr/bin:/bin"
        let credentials = try JobRegistryLogins(invocation).credentials(for: "registry.example.org")
        #expect(credentials?.username == "me" && credentials?.password == "for registry.example.org")
    }
}
