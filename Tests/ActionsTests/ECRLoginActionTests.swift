import CloudRig
import Docker
import Execution
import Expressions
import Foundation
import PythonRig
import Testing

@testable import Actions

@Suite(.enabled(if: CloudRig.isAvailable, "\(CloudRig.reasonToSkip ?? "")")) struct ECRLoginActionTests {
    private let trial: ActionTrial

    init() throws {
        trial = ActionTrial()
        trial.environment = try CloudRig.shared().environment
    }

    private func logins() throws -> RegistryLogins {
        try RegistryLogins(configuration: Array((trial.text("home/.docker/config.json") ?? "{}").utf8))
    }

    @Test("a login is in the job's own configuration until the job's end, and its password in no log")
    func login() throws {
        let (main, _) = try trial.runWithPost(ECRLoginAction(), [:]) {
            let name = try logins().credentials(for: CloudRig.registry)?.username
            #expect(name == "AWS")
        }
        #expect(main.outputs["registry"] == .string(CloudRig.registry))
        let password = try #require(
            main.outputs["docker_password_123456789012_dkr_ecr_us_east_1_amazonaws_com"]?.displayString)
        #expect(trial.masks == [password])
        #expect(!trial.log.contains { $0.contains(password) })
        #expect(try logins().credentials(for: CloudRig.registry) == nil)
        #expect(trial.log.last == "Logged out of \(CloudRig.registry)")
    }

    @Test("several registries are logged in to at once, and stay so where that is wanted")
    func several() throws {
        let (main, _) = try trial.runWithPost(
            ECRLoginAction(), ["registries": "123456789012, 210987654321", "skip-logout": "true"])
        #expect(main.outputs["registry"] == nil)
        #expect(try logins().stored.count == 2)
    }

    @Test("a repository is made where it is asked for and not there")
    func repository() throws {
        let name = "r\(UUID().uuidString.lowercased().prefix(8))"
        try trial.run(ECRLoginAction(), ["create-repositories": name])
        try trial.run(ECRLoginAction(), ["create-repositories": name])
        #expect(trial.log.filter { $0 == "Made the repository \(name)" }.count == 1)
    }

    @Test("a proxy is asked in the place of ECR where the input names one")
    func proxy() throws {
        let proxy = try AnsweringServer()
        trial.environment["AWS_ENDPOINT_URL"] = "http://ecr.example.invalid"
        let token = Data("AWS:a-password".utf8).base64EncodedString()
        let entry = #"{"authorizationToken":"\#(token)","proxyEndpoint":"https://\#(CloudRig.registry)"}"#
        try proxy.put([.init(body: #"{"authorizationData":[\#(entry)]}"#)])
        try trial.run(ECRLoginAction(), ["http-proxy": proxy.address])
        #expect(try proxy.requests().map(\.path) == ["http://ecr.example.invalid/"])
        #expect(try logins().credentials(for: CloudRig.registry)?.password == "a-password")
    }

    @Test("wrong inputs are refused with what is wrong", arguments: [["registries": "123"], ["registry-type": "secret"]])
    func refusals(inputs: [String: String]) {
        #expect(throws: ActionFailure.self) { try trial.run(ECRLoginAction(), inputs) }
    }
}
