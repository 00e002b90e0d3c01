import Foundation
import PythonRig
import Testing

@testable import OpenIDConnect

/// The way to a provider and back, and all that can be wrong on it.
@Suite(.serialized, .enabled(if: PythonProgram.isAvailable, Comment(rawValue: PythonProgram.reasonToSkip ?? "")))
struct IdentityProviderTests {
    @Test("a browser is led to the provider with all that ties its answer to it, and the provider is asked once")
    func beginning() async throws {
        let stand = try ProviderStandIn()
        try stand.server.put([try stand.description()])
        let (ticket, address) = try await stand.provider.begin(next: "/runs/7")
        let (other, _) = try await stand.provider.begin(next: nil)
        #expect(try stand.server.requests().map(\.path) == ["/.well-known/openid-configuration"])
        let parts = try #require(URLComponents(string: address))
        let fields = Dictionary(uniqueKeysWithValues: (parts.queryItems ?? []).map { ($0.name, $0.value ?? "") })
        #expect(
            fields == [
                "tenant": "1", "response_type": "code", "client_id": "slip way", "scope": "openid profile",
                "redirect_uri": "https://ci.example.org/sign-in/openid/return", "state": ticket.state, "nonce": ticket.nonce,
                "code_challenge": ticket.challenge, "code_challenge_method": "S256",
            ])
        #expect(Set([ticket.state, ticket.nonce, ticket.verifier, other.state, other.nonce, other.verifier]).count == 6)
        #expect(!address.contains(ticket.verifier) && !address.contains(ticket.text.prefix(64)))
        #expect(SignInTicket(ticket.text) == ticket && ticket.next == "/runs/7")
    }

    @Test("however many people begin at once, the provider is asked once, also when it fails", arguments: [true, false])
    func together(isGood: Bool) async throws {
        let stand = try ProviderStandIn()
        try stand.server.put([isGood ? try stand.description() : .init(status: 500), try stand.description()])
        let count = await withTaskGroup(of: Bool.self) { tasks in
            for _ in 0..<50 { tasks.addTask { (try? await stand.provider.begin(next: nil)) != nil } }
            return await tasks.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(count == (isGood ? 50 : 0))
        #expect(try stand.server.requests().count == 1)
    }

    @Test("an answer belongs to the ticket that it was asked with, for ten minutes")
    func tickets() async throws {
        let stand = try ProviderStandIn()
        try stand.server.put([try stand.description()])
        let (ticket, _) = try await stand.provider.begin(next: "/runs")
        let (other, _) = try await stand.provider.begin(next: nil)
        let answer = stand.answer(to: ticket)
        #expect(try stand.provider.ticket(of: answer, among: ["", "x.y.z", other.text, ticket.text]) == ticket)
        let moved = ticket.text.split(separator: ".").enumerated().map { $0 == 2 ? "L2V2aWw" : $1 }.joined(separator: ".")
        for tickets in [[], [other.text], [moved], [ticket.text.uppercased()], [ticket.text + "a"]] {
            let error = #expect(throws: OpenIDConnectError.self) { try stand.provider.ticket(of: answer, among: tickets) }
            #expect(error?.kind == .stale && error?.message.contains("https://ci.example.org") == true)
        }
        let nothing = ProviderAnswer(code: "c", state: nil, error: nil, errorDescription: nil, issuer: nil)
        #expect(throws: OpenIDConnectError.self) { try stand.provider.ticket(of: nothing, among: [ticket.text]) }
        stand.time.pass(599)
        #expect(try stand.provider.ticket(of: answer, among: [ticket.text]) == ticket)
        stand.time.pass(2)
        let late = #expect(throws: OpenIDConnectError.self) { try stand.provider.ticket(of: answer, among: [ticket.text]) }
        #expect(late?.message.contains("too late") == true)
    }

    @Test("a code is exchanged with the client's secret, in the way that the provider wants, and the verifier")
    func exchange() async throws {
        for (methods, isHeader) in [
            (nil, true), (["client_secret_post", "client_secret_basic"], true), (["client_secret_post"], false),
        ]
            as [([String]?, Bool)]
        {
            let stand = try ProviderStandIn()
            try stand.server.put([try stand.description(["token_endpoint_auth_methods_supported": methods])])
            let (ticket, _) = try await stand.provider.begin(next: nil)
            let examples = try stand.examples(for: ticket)
            let token = try ProviderStandIn.tokens(try #require(examples.good["RS256"]))
            try stand.server.put([token, .init(body: examples.keys)])
            _ = try await stand.provider.prove(stand.answer(to: ticket, code: "a code&more"), with: ticket)
            let request = try #require(try stand.server.requests().first)
            #expect(request.method == "POST" && request.path == "/token")
            #expect(request.headers["content-type"] == "application/x-www-form-urlencoded")
            let rest = isHeader ? "" : "&client_id=slip%20way&client_secret=s%26c%3Aret"
            #expect(
                request.body == "grant_type=authorization_code&code=a%20code%26more"
                    + "&redirect_uri=https%3A%2F%2Fci.example.org%2Fsign-in%2Fopenid%2Freturn&code_verifier=\(ticket.verifier)\(rest)"
            )
            let pair = Data("slip%20way:s%26c%3Aret".utf8).base64EncodedString()
            #expect(request.headers["authorization"] == (isHeader ? "Basic \(pair)" : nil))
        }
    }

    @Test("a provider that is not what the settings name, or sends secrets into the open, signs nobody in")
    func descriptions() async throws {
        for (changes, words) in [
            (["issuer": "https://evil.example"], "its issuer is https://evil.example"),
            (["issuer": nil], "its issuer is missing"),
            (["token_endpoint": "http://evil.example/token"], "its token_endpoint is no https address"),
            (["authorization_endpoint": "javascript:alert(1)"], "its authorization_endpoint is no https address"),
            (["jwks_uri": nil], "its jwks_uri is no https address"),
            (
                ["token_endpoint_auth_methods_supported": ["private_key_jwt"]],
                "neither client_secret_basic nor client_secret_post"
            ),
        ] as [([String: Any?], String)] {
            let stand = try ProviderStandIn()
            try stand.server.put([try stand.description(changes)])
            let error = try await stand.failure { _ = try await stand.provider.begin(next: nil) }
            #expect(error?.kind == .misconfigured && error?.message.contains(words) == true, "\(error?.message ?? "nothing")")
        }
        let slash = try ProviderStandIn(issuer: { $0 + "/" })
        try slash.server.put([try slash.description()])
        let error = try await slash.failure { _ = try await slash.provider.begin(next: nil) }
        #expect(error?.kind == .misconfigured && error?.message.contains("with every slash") == true)
        #expect(try slash.server.requests().map(\.path) == ["/.well-known/openid-configuration"])
    }

    @Test("a provider that does not answer as it should is asked again some seconds later")
    func silence() async throws {
        let elsewhere = AnsweringServer.Answer(status: 302, headers: ["Location": "https://evil.example/"])
        let large = AnsweringServer.Answer(body: String(repeating: " ", count: 600 << 10))
        for answer in [.init(status: 503), elsewhere, large, nil] as [AnsweringServer.Answer?] {
            let stand = try ProviderStandIn()
            try stand.server.put([answer, try stand.description()])
            let first = try await stand.failure { _ = try await stand.provider.begin(next: nil) }
            #expect(first?.kind == .unavailable && first?.message.contains("password") == true)
            stand.time.pass(4)
            #expect(try await stand.failure { _ = try await stand.provider.begin(next: nil) } == first)
            #expect(try stand.server.requests().count == 1)
            stand.time.pass(2)
            _ = try await stand.provider.begin(next: nil)
        }
    }

    @Test("what the provider refuses is told for what it is")
    func refusals() async throws {
        let stand = try ProviderStandIn()
        try stand.server.put([try stand.description()])
        let (ticket, _) = try await stand.provider.begin(next: nil)
        for (error, kind) in [
            ("access_denied", .denied), ("server_error", .unavailable), ("invalid_scope", .misconfigured),
            ("login_required", .denied),
        ] as [(String, OpenIDConnectError.Kind)] {
            let found = try await stand.failure {
                _ = try await stand.provider.prove(stand.answer(to: ticket, error: error), with: ticket)
            }
            #expect(found?.kind == kind && found?.message.contains(error) == true)
        }
        for (status, body, kind) in [
            (400, #"{"error": "invalid_grant"}"#, .stale), (401, #"{"error": "invalid_client"}"#, .misconfigured),
            (400, #"{"error": "invalid_request"}"#, .misconfigured), (500, "{}", .unavailable), (404, "not here", .unavailable),
            (200, #"{"access_token": "a"}"#, .untrusted), (200, "[]", .untrusted),
        ] as [(Int, String, OpenIDConnectError.Kind)] {
            try stand.server.put([.init(status: status, body: body)])
            let found = try await stand.failure { _ = try await stand.provider.prove(stand.answer(to: ticket), with: ticket) }
            #expect(found?.kind == kind, "\(status) \(body)")
        }
        let words = "\u{202E}evil\n" + String(repeating: "x", count: 5000)
        try stand.server.put([
            .init(
                status: 400, body: #"{"error": "invalid_grant", "error_description": "\#(words.replacing("\n", with: "\\n"))"}"#)
        ])
        let told = try await stand.failure { _ = try await stand.provider.prove(stand.answer(to: ticket), with: ticket) }
        #expect(told.map { $0.message.count < 500 && !$0.message.contains("\u{202E}") && !$0.message.contains("\n") } == true)
    }

    @Test("sixteen people are asked for at a time, and whoever comes then is told so at once")
    func crowd() async throws {
        let silent = try SilentServer()
        let stand = try ProviderStandIn()
        try stand.server.put([try stand.description(["token_endpoint": silent.address])])
        let (ticket, _) = try await stand.provider.begin(next: nil)
        let first = await withTaskGroup(of: OpenIDConnectError?.self) { tasks in
            for _ in 0..<17 {
                tasks.addTask {
                    try? await stand.failure { _ = try await stand.provider.prove(stand.answer(to: ticket), with: ticket) }
                }
            }
            let first = await tasks.next() ?? nil
            tasks.cancelAll()
            return first
        }
        #expect(first?.kind == .busy)
        // Those who left have made room.
        let next = try await stand.failure {
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { _ = try await stand.provider.prove(stand.answer(to: ticket), with: ticket) }
                tasks.cancelAll()
                try await tasks.waitForAll()
            }
        }
        #expect(next?.kind == .unavailable)
    }

    @Test("an answer of another provider is not taken (RFC 9207)")
    func mixedUp() async throws {
        let stand = try ProviderStandIn()
        try stand.server.put([try stand.description(["authorization_response_iss_parameter_supported": true])])
        let (ticket, _) = try await stand.provider.begin(next: nil)
        for issuer in [nil, "https://evil.example"] {
            let error = try await stand.failure {
                _ = try await stand.provider.prove(stand.answer(to: ticket, issuer: issuer), with: ticket)
            }
            #expect(error?.kind == .untrusted)
        }
        #expect(try stand.server.requests().count == 1)
    }
}
