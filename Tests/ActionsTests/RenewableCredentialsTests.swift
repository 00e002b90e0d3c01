import AWS
import Execution
import Foundation
import PythonRig
import Synchronization
import Testing

@testable import Actions

/// Credentials that end while a job is still under way.
@Suite(.enabled(if: PythonProgram.isAvailable)) struct RenewableCredentialsTests {
    private let server: AnsweringServer
    private let trial = ActionTrial()
    private static let keys = [
        "aws-access-key-id": "AKIAGIVEN", "aws-secret-access-key": "given-secret", "aws-region": "eu-west-1",
        "role-to-assume": "arn:aws:iam::123456789012:role/deploy",
    ]

    init() throws {
        server = try AnsweringServer()
        trial.environment = ["AWS_ENDPOINT_URL": server.address, "AWS_MAX_ATTEMPTS": "1"]
    }

    private static let caller = answer(
        "GetCallerIdentity", "<Account>123456789012</Account><Arn>arn:aws:iam::123456789012:user/x</Arn>")

    private static func answer(_ operation: String, _ result: String) -> AnsweringServer.Answer {
        .init(body: "<\(operation)Response><\(operation)Result>\(result)</\(operation)Result></\(operation)Response>")
    }

    /// - Parameter rest: seconds until they end.
    private static func session(_ key: String, rest: Double, as operation: String = "AssumeRole") -> AnsweringServer.Answer {
        let end = Date().addingTimeInterval(rest).formatted(.iso8601)
        return answer(
            operation,
            "<Credentials><AccessKeyId>\(key)</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>"
                + "<Expiration>\(end)</Expiration></Credentials>")
    }

    /// Has the job assume the role, and have its variables.
    private func configure(_ inputs: [String: String] = keys, with first: AnsweringServer.Answer) throws {
        let identities: [AnsweringServer.Answer] = inputs["web-identity-token-file"] == nil ? [Self.caller] : []
        try server.put(identities + [first, Self.caller])
        let result = try trial.run(ConfigureCredentialsAction(), inputs)
        trial.environment.merge(result.environment) { $1 }
    }

    private func identity() throws -> SecurityTokens.Caller {
        let invocation = try trial.invocation([:])
        let configuration = try invocation.awsConfiguration()
        return try invocation.inAWS { () throws(AWSError) in try SecurityTokens(configuration).callerIdentity() }
    }

    @Test("those that end soon are had again by the inputs of the step that assumed the role")
    func renewed() throws {
        try configure(with: Self.session("ASIAONE", rest: 120))
        #expect(trial.environment["AWS_ACCESS_KEY_ID"] == "ASIAONE")
        try server.put([Self.session("ASIATWO", rest: 3600), Self.caller, Self.caller])
        _ = try identity()
        _ = try identity()
        let signers = try server.requests().map { $0.headers.first { $0.key.lowercased() == "authorization" }?.value ?? "" }
        #expect(signers.count == 3)
        #expect(signers[0].contains("Credential=AKIAGIVEN/") && signers[1].contains("Credential=ASIATWO/"))
        #expect(signers[2].contains("Credential=ASIATWO/"))
    }

    /// What the daemon gives to a job.
    private final class Given: JobCredentialSource {
        private let sessions: Mutex<[HandedCredentials]>
        let asked = Mutex(0)

        init(_ keys: [(String, rest: Double)]) {
            sessions = Mutex(
                keys.map { HandedCredentials(accessKeyID: $0, secretAccessKey: "s", sessionToken: "t", end: Date() + $1) })
        }

        var current: HandedCredentials { sessions.withLock { $0[0] } }

        func renew(while isWanted: () -> Bool) throws(ExecutionError) -> HandedCredentials {
            asked.withLock { $0 += 1 }
            return try sessions.withLock { sessions throws(ExecutionError) in
                guard sessions.count > 1 else { throw ExecutionError("there is no role any more") }
                sessions.removeFirst()
                return sessions[0]
            }
        }
    }

    private func keysOfRequests() throws -> [Substring] {
        try server.requests().compactMap { request in
            let value = request.headers.first { $0.key.lowercased() == "authorization" }?.value
            return value?.split(separator: "Credential=").last?.prefix { $0 != "/" }
        }
    }

    @Test("those that the daemon gave are asked for again shortly before they end, and taken from whoever asked first")
    func given() throws {
        let source = Given([("ASIAONE", 120), ("ASIATWO", 3600), ("ASIATHREE", 3600)])
        trial.memory.credentialSource = source
        trial.environment.merge(source.current.variables.merging(["AWS_REGION": "eu-west-1"]) { $1 }) { $1 }
        try server.put([Self.caller, Self.caller])
        _ = try identity()
        _ = try identity()
        #expect(try keysOfRequests() == ["ASIATWO", "ASIATWO"])
        #expect(source.asked.withLock { $0 } == 1)
        let expired = AnsweringServer.Answer(
            status: 403, body: "<ErrorResponse><Error><Code>ExpiredToken</Code><Message>over</Message></Error></ErrorResponse>")
        try server.put([expired, Self.caller])
        _ = try identity()
        #expect(try keysOfRequests() == ["ASIATWO", "ASIATHREE"])
    }

    @Test("those that are over and can't be given again are told with the setting that makes them last")
    func notGiven() throws {
        let source = Given([("ASIAONE", -10)])
        trial.memory.credentialSource = source
        trial.environment.merge(source.current.variables.merging(["AWS_REGION": "eu-west-1"]) { $1 }) { $1 }
        let failure = #expect(throws: ActionFailure.self) { try identity() }
        #expect(failure?.message.contains("there is no role any more") == true)
        #expect(failure?.message.contains("aws.session_duration") == true)
    }

    @Test("those that AWS calls expired are had again, whatever the clock says")
    func refused() throws {
        try configure(with: Self.session("ASIAONE", rest: 3600))
        let expired = AnsweringServer.Answer(
            status: 403, body: "<ErrorResponse><Error><Code>ExpiredToken</Code><Message>over</Message></Error></ErrorResponse>")
        try server.put([expired, Self.session("ASIATWO", rest: 3600), Self.caller])
        #expect(try identity().account == "123456789012")
    }

    @Test("with a token's file, the token that stands in it by then is used")
    func token() throws {
        try trial.write("workspace/token", "first")
        var inputs = Self.keys.filter { !$0.key.contains("-key") }
        inputs["web-identity-token-file"] = "token"
        try configure(inputs, with: Self.session("ASIAONE", rest: 60, as: "AssumeRoleWithWebIdentity"))
        try trial.write("workspace/token", "second")
        try server.put([Self.session("ASIATWO", rest: 3600, as: "AssumeRoleWithWebIdentity"), Self.caller])
        _ = try identity()
        #expect(try server.requests()[0].body.contains("WebIdentityToken=second"))
    }

    @Test("where they can't be had again, it is said whose they were, when they ended, and what to do")
    func failed() throws {
        try configure(with: Self.session("ASIAONE", rest: -5))
        let denied = AnsweringServer.Answer(
            status: 403, body: "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>")
        try server.put([denied])
        let failure = try #require(throws: ActionFailure.self) { _ = try self.identity() }
        #expect(failure.message.contains("the role arn:aws:iam::123456789012:role/deploy expired at 2"), "\(failure.message)")
        #expect(failure.message.contains("\"role-duration-seconds\""), "\(failure.message)")
    }

    @Test("others that a later step gives the job are taken as they are")
    func others() throws {
        try configure(with: Self.session("ASIAONE", rest: 60))
        trial.environment["AWS_ACCESS_KEY_ID"] = "AKIAOTHER"
        try server.put([Self.caller])
        _ = try identity()
        #expect(try server.requests().count == 1)
    }
}
