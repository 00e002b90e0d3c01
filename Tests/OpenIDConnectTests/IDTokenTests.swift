import Foundation
import Plan
import PythonRig
import Testing

@testable import OpenIDConnect

/// ID tokens as they come from a provider, and as forgers would have them.
@Suite(.serialized, .enabled(if: PythonProgram.isAvailable, Comment(rawValue: PythonProgram.reasonToSkip ?? "")))
struct IDTokenTests {
    @Test("every good token proves who it is about, and no forged one proves anybody")
    func tokens() async throws {
        let stand = try ProviderStandIn()
        try stand.server.put([try stand.description()])
        let (ticket, _) = try await stand.provider.begin(next: nil)
        let examples = try stand.examples(for: ticket)
        #expect(examples.good.count > 300 && examples.bad.count > 40)
        var isFirst = true
        for (name, token) in examples.good {
            try stand.server.put([try ProviderStandIn.tokens(token)] + (isFirst ? [.init(body: examples.keys)] : []))
            isFirst = false
            let person = try await stand.provider.prove(stand.answer(to: ticket), with: ticket)
            #expect(person.subject == "anna-1" && person.name == "anna" && person.grant == .role(.viewer), "\(name)")
        }
        for (name, token) in examples.bad {
            try stand.server.put([try ProviderStandIn.tokens(token)])
            let error = try await stand.failure {
                _ = try await stand.provider.prove(stand.answer(to: ticket), with: ticket)
            }
            #expect(error?.kind == .untrusted, "\(name)")
            #expect(error?.message.contains("can't be believed") == true, "\(name)")
            // The keys are not asked for again because somebody made a key up.
            #expect(try stand.server.requests().map(\.path) == ["/token"], "\(name)")
        }
    }

    @Test("what is wrong with a token is said")
    func messages() async throws {
        let stand = try ProviderStandIn()
        try stand.server.put([try stand.description()])
        let (ticket, _) = try await stand.provider.begin(next: nil)
        let examples = try stand.examples(for: ticket)
        try stand.server.put([try ProviderStandIn.tokens(try #require(examples.good["RS256"])), .init(body: examples.keys)])
        _ = try await stand.provider.prove(stand.answer(to: ticket), with: ticket)
        for (name, words) in [
            ("alg none", #"signed with "none""#), ("HS256 with the public key", #"signed with "HS256""#),
            ("another issuer", "of https://evil.example"), ("another audience", "for other, and not for slip way"),
            ("another nonce", "another sign-in"), ("expired", "has expired"), ("from the future", "from the future"),
            ("a key that nobody knows", "no key like the one"),
            ("a key that is too short", "2048 to 8192 bits, and this one 1024"),
            ("a signature with a bit changed", "did not sign it"), ("a point that is not on the curve", "no point of P-256"),
        ] {
            try stand.server.put([try ProviderStandIn.tokens(try #require(examples.bad[name]))])
            let error = try await stand.failure {
                _ = try await stand.provider.prove(stand.answer(to: ticket), with: ticket)
            }
            #expect(error?.message.contains(words) == true, "\(name): \(error?.message ?? "nothing")")
        }
    }

    @Test("a key that is not known is looked for once a minute, and found when the provider has changed its keys")
    func rotation() async throws {
        let stand = try ProviderStandIn()
        try stand.server.put([try stand.description()])
        let (ticket, _) = try await stand.provider.begin(next: nil)
        let examples = try stand.examples(for: ticket)
        let token = try ProviderStandIn.tokens(try #require(examples.good["RS256"]))
        try stand.server.put([token, .init(body: #"{"keys": []}"#)])
        let first = try await stand.failure { _ = try await stand.provider.prove(stand.answer(to: ticket), with: ticket) }
        #expect(first?.kind == .untrusted)
        #expect(try stand.server.requests().map(\.path) == ["/token", "/keys"])
        stand.time.pass(59)
        try stand.server.put([token])
        _ = try await stand.failure { _ = try await stand.provider.prove(stand.answer(to: ticket), with: ticket) }
        #expect(try stand.server.requests().map(\.path) == ["/token"])
        stand.time.pass(2)
        try stand.server.put([token, .init(body: examples.keys)])
        #expect(try await stand.provider.prove(stand.answer(to: ticket), with: ticket).subject == "anna-1")
        #expect(try stand.server.requests().map(\.path) == ["/token", "/keys"])
    }

    @Test("what the ID token lacks is asked for with its access token, and believed of the same person only")
    func userInfo() async throws {
        let stand = try ProviderStandIn(rules: ClaimRules(roles: ["ops": .operator]))
        try stand.server.put([try stand.description()])
        let (ticket, _) = try await stand.provider.begin(next: nil)
        let examples = try stand.examples(for: ticket)
        let token = try ProviderStandIn.tokens(try #require(examples.good["ES256"]))
        let told: [String: Any] = ["sub": "anna-1", "groups": ["ops"], "preferred_username": "root"]
        try stand.server.put([token, .init(body: examples.keys), try ProviderStandIn.json(told)])
        let person = try await stand.provider.prove(stand.answer(to: ticket), with: ticket)
        #expect(person.grant == .role(.operator) && person.name == "anna")
        let request = try #require(try stand.server.requests().last)
        #expect(request.path == "/userinfo" && request.headers["authorization"] == "Bearer access")
        for other in [["sub": "root", "groups": ["ops"]], ["groups": ["ops"]]] as [[String: Any]] {
            try stand.server.put([token, try ProviderStandIn.json(other)])
            let error = try await stand.failure { _ = try await stand.provider.prove(stand.answer(to: ticket), with: ticket) }
            #expect(error?.kind == .untrusted && error?.message.contains("somebody else") == true)
        }
        try stand.server.put([token, .init(body: "a.signed.token")])
        let error = try await stand.failure { _ = try await stand.provider.prove(stand.answer(to: ticket), with: ticket) }
        #expect(error?.kind == .unavailable)
    }
}
