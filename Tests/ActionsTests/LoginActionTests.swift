import CloudRig
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

    private func stored(_ trial: ActionTrial) throws -> [String] {
        try RegistryLogins(configuration: Array((trial.text("home/.docker/config.json") ?? "{}").utf8)).stored.keys.sorted()
    }

    @Test(
        "a registry of ECR is logged in to with access keys, with the job's credentials, or with a token",
        .enabled(if: CloudRig.isAvailable, "\(CloudRig.reasonToSkip ?? "")"))
    func amazon() throws {
        let rig = try CloudRig.shared()
        let keys = ["username": CloudRig.accessKey, "password": CloudRig.secretKey]
        let registry = ["registry": CloudRig.registry]
        let given = ActionTrial()
        given.environment = ["AWS_ENDPOINT_URL": rig.address, "AWS_ACCOUNT_IDS": "210987654321,123456789012"]
        let ends = try given.runWithPost(LoginAction(), registry.merging(keys) { $1 }) {
            let logins = try stored(given)
            #expect(
                logins == [CloudRig.registry, CloudRig.registry.replacingOccurrences(of: "123456789012", with: "210987654321")])
        }
        #expect(ends.main.outputs.isEmpty && given.masks.contains(CloudRig.secretKey))
        #expect(try stored(given).isEmpty)

        let own = ActionTrial()
        own.environment = rig.environment
        try own.run(LoginAction(), registry)
        #expect(try stored(own) == [CloudRig.registry])
        #expect(own.log.contains("Login Succeeded!"), "\(own.log)")

        let none = ActionTrial()
        let failure = try #require(throws: ActionFailure.self) { try none.run(LoginAction(), registry) }
        #expect(failure.message.contains("credentials"), "\(failure.message)")
        try none.run(LoginAction(), registry.merging(["username": "AWS", "password": "token"]) { $1 })
        #expect(throws: ActionFailure.self) {
            try none.run(LoginAction(), registry.merging(["ecr": "false"]) { $1 })
        }
    }

    @Test("several registries are logged in to by one step, and out of at the job's end")
    func several() throws {
        let trial = try ActionTrial.withEngine()
        let (open, guarded) = (try EngineRig.registry().name, try EngineRig.protectedRegistry())
        let list = """
            - registry: https://\(guarded)/
              username: \(EngineRig.username)
              password: "\(EngineRig.password)"
              ecr: false
            - registry: \(open)
              username: anybody
              password: 12345
              ecr: false
            """
        let ends = try trial.runWithPost(LoginAction(), ["registry-auth": list]) {
            let logins = try stored(trial)
            #expect(logins == [guarded, open].sorted())
        }
        #expect(ends.main.outputs.isEmpty && trial.masks == [EngineRig.password, "12345"])
        #expect(try stored(trial).isEmpty)
        #expect(trial.log.count { $0.hasPrefix("Removing login credentials for ") } == 2, "\(trial.log)")
        let wrong = list.replacingOccurrences(of: EngineRig.password, with: "guessed")
        let message = try #require(try trial.failure(of: LoginAction(), ["registry-auth": wrong]))
        #expect(message.contains(guarded) && !message.contains("guessed"), "\(message)")
    }

    @Test(
        "a list of registries that makes no sense is refused, without a word of it",
        arguments: [
            (["registry-auth": "- registry: a.b", "username": "u"], "Cannot use registry-auth with other inputs"),
            (["registry-auth": "[]"], "No registry to login"), (["registry-auth": "registry: a.b"], "a YAML list"),
            (["registry-auth": "- hunter2"], "a string in line 1"),
            (["registry-auth": "- {registry: a.b, pass: hunter2}"], "\"pass\""),
            (["registry-auth": "- {password: 'hunter2}"], "is no YAML: line 1"),
            (["registry-auth": "- {registry: a.b, username: u}"], "Username and password required"),
            (
                [
                    "registry-auth":
                        "- {registry: a.b, username: u, password: hunter2}\n- {registry: a.b, username: v, password: hunter2}"
                ],
                "several logins to a.b"
            ),
            (["registry-auth": "- {registry: a.b, username: u, password: hunter2, ecr: hm}"], "auto, true or false"),
        ])
    func refusals(inputs: [String: String], words: String) throws {
        let failure = try #require(throws: ActionFailure.self) { try ActionTrial().run(LoginAction(), inputs) }
        #expect(failure.message.contains(words) && !failure.message.contains("hunter2"), "\(failure.message)")
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
