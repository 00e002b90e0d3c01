import Foundation
import Plan
import PythonRig
import Synchronization

@testable import OpenIDConnect

/// A clock that goes when it is told to.
final class TestTime: Sendable {
    private let moment = Mutex(Date(timeIntervalSince1970: 1_800_000_000))

    var now: Date { moment.withLock { $0 } }
    func pass(_ seconds: Double) { moment.withLock { $0 += seconds } }
}

/// A provider whose answers are written down before they are asked for, and what Slipway makes of them.
struct ProviderStandIn {
    typealias Answer = AnsweringServer.Answer

    let server: AnsweringServer
    let time = TestTime()
    let provider: IdentityProvider

    init(rules: ClaimRules = ClaimRules(defaultRole: .viewer), issuer: (String) -> String = { $0 }) throws {
        let server = try AnsweringServer()
        let time = time
        self.server = server
        provider = IdentityProvider(
            ProviderConfiguration(
                issuer: issuer(server.address), clientID: "slip way", clientSecret: "s&c:ret", scopes: ["profile", "openid"],
                pageURL: "https://ci.example.org", label: "Team", rules: rules), now: { time.now }, report: { _ in })
    }

    /// Its description of itself, with other members; nil takes one away.
    func description(_ changes: [String: Any?] = [:]) throws -> Answer {
        let address = server.address
        var members: [String: Any] = [
            "issuer": address, "authorization_endpoint": "\(address)/authorize?tenant=1", "token_endpoint": "\(address)/token",
            "jwks_uri": "\(address)/keys", "userinfo_endpoint": "\(address)/userinfo",
        ]
        for (name, value) in changes { members[name] = value }
        return try Self.json(members)
    }

    static func json(_ value: Any) throws -> Answer {
        Answer(body: String(decoding: try JSONSerialization.data(withJSONObject: value), as: UTF8.self))
    }

    static func tokens(_ id: String) throws -> Answer {
        try json(["id_token": id, "access_token": "access", "token_type": "Bearer"])
    }

    /// ID tokens of joserfc, for the nonce of a ticket.
    func examples(for ticket: SignInTicket) throws -> TokenExamples {
        let output = try PythonProgram.output(
            of: "token_examples.py",
            [String(Int(time.now.timeIntervalSince1970)), server.address, "slip way", ticket.nonce])
        return try JSONDecoder().decode(TokenExamples.self, from: Data(output.utf8))
    }

    func answer(to ticket: SignInTicket, code: String? = "code", error: String? = nil, issuer: String? = nil) -> ProviderAnswer {
        ProviderAnswer(code: code, state: ticket.state, error: error, errorDescription: nil, issuer: issuer)
    }

    func failure(_ work: () async throws -> Void) async throws -> OpenIDConnectError? {
        do { try await work() } catch let error as OpenIDConnectError { return error }
        return nil
    }
}

struct TokenExamples: Decodable {
    let keys: String
    let good: [String: String]
    let bad: [String: String]
}
