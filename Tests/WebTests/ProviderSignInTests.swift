import Dispatch
import Foundation
import OpenIDConnect
import PercentCoding
import Plan
import PythonRig
import Store
import Testing

@testable import Web

/// The way to a provider of identities and back, as browsers and others go it. `Tests/Scenarios` go it with a real provider.
@Suite(.serialized, .enabled(if: PythonProgram.isAvailable, Comment(rawValue: PythonProgram.reasonToSkip ?? "")))
struct ProviderSignInTests {
    private static let html = ["Accept": "text/html"]

    /// A site whose provider has said what it is, and says nothing else.
    private static func with(
        _ configuration: WebConfiguration = WebConfiguration(), answers: [AnsweringServer.Answer?]? = nil,
        _ body: @escaping @Sendable (RunningSite, AnsweringServer) async throws -> Void
    ) async throws {
        let server = try await Self.apart { try AnsweringServer() }
        let address = server.address
        let description = [
            "issuer": address, "authorization_endpoint": "\(address)/authorize", "token_endpoint": "\(address)/token",
            "jwks_uri": "\(address)/keys",
        ]
        let text = String(decoding: try JSONEncoder().encode(description), as: UTF8.self)
        try await Self.apart { try server.put(answers ?? [.init(body: text)]) }
        let provider = IdentityProvider(
            ProviderConfiguration(
                issuer: address, clientID: "slipway", clientSecret: "s", scopes: ["profile"], pageURL: "https://ci.example.org",
                label: "Team <login>", rules: ClaimRules(defaultRole: .viewer)), now: { Date() }, report: { _ in })
        try await RunningSite.with(configuration, provider: provider, anonymousRole: nil) { site in
            try await body(site, server)
        }
    }

    /// Off the threads that the site's own handlers need.
    private static func apart<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(with: Result(catching: work)) }
        }
    }

    private static func requests(to server: AnsweringServer) async throws -> [String] {
        try await apart { try server.requests().map(\.path) }
    }

    private static func ticket(_ answer: HTTPAnswer) throws -> (cookie: String, state: String) {
        let cookie = try #require(answer.headers["set-cookie"]?.firstMatch(of: /(slipway-openid=[^;]+);/)?.1)
        let state = try #require(answer.headers["location"]?.firstMatch(of: /[?&]state=([0-9a-f]{64})&/)?.1)
        return (String(cookie), String(state))
    }

    @Test(
        "the page offers the provider beside the password, and leads there with a cookie that scripts and other sites don't get")
    func wayOut() async throws {
        try await Self.with { site, server in
            let page = try await site.client.get("/sign-in?next=%2Fruns%2F7", Self.html)
            #expect(page.text.contains("Sign in with Team &lt;login&gt;</a>") && !page.text.contains("slipway user add"))
            #expect(page.text.contains(#"href="/sign-in/openid?next=%2Fruns%2F7""#))
            let answer = try await site.client.get("/sign-in/openid?next=%2Fruns%2F7", ["Sec-Fetch-Site": "same-origin"])
            #expect(answer.status == 303 && answer.headers["cache-control"] == "no-store")
            #expect(
                answer.headers["location"]?.hasPrefix("\(server.address)/authorize?response_type=code&client_id=slipway&") == true
            )
            let cookie = try #require(answer.headers["set-cookie"])
            #expect(cookie.contains("; HttpOnly; SameSite=Lax; Max-Age=600") && !cookie.contains("Secure"))
            // Whoever reads the address on its way has nothing of the cookie.
            let secret = try #require(cookie.firstMatch(of: /slipway-openid=([0-9a-f]{64})/)?.1)
            #expect(answer.headers["location"]?.contains(secret) == false)
        }
    }

    @Test("by https the cookie is this host's alone")
    func secureCookie() async throws {
        try await Self.with(WebConfiguration(isSecure: true)) { site, _ in
            let cookie = try #require(try await site.client.get("/sign-in/openid").headers["set-cookie"])
            #expect(cookie.hasPrefix("__Host-slipway-openid=") && cookie.contains("; Path=/;") && cookie.hasSuffix("; Secure"))
        }
    }

    @Test("another site begins no sign-in", arguments: ["cross-site", "same-site"])
    func crossSite(word: String) async throws {
        try await Self.with { site, server in
            let answer = try await site.client.get("/sign-in/openid?next=%2Fruns", ["Sec-Fetch-Site": word])
            #expect(answer.status == 303 && answer.headers["location"] == "/sign-in?next=%2Fruns")
            #expect(answer.headers["set-cookie"] == nil)
            #expect(try await Self.requests(to: server).isEmpty)
        }
    }

    @Test("an answer that this browser did not ask for signs nobody in", arguments: ["", "state=", "state=x", "other", "error"])
    func strangeAnswers(query: String) async throws {
        try await Self.with { site, server in
            let mine = try Self.ticket(try await site.client.get("/sign-in/openid"))
            let other = try Self.ticket(try await site.client.get("/sign-in/openid"))
            let fields =
                switch query {
                case "other": "state=\(other.state)"
                case "error": "error=access_denied&state=\(other.state)"
                default: query
                }
            let answer = try await site.client.get(
                "/sign-in/openid/return?code=c&\(fields)", Self.html.merging(["Cookie": mine.cookie]) { $1 })
            #expect(answer.status == 400 && answer.text.contains("does not belong to a sign-in that this browser began"))
            #expect(answer.text.contains("https://ci.example.org") && answer.text.contains(#"role="alert""#))
            // The sign-in that the person did begin goes on.
            #expect(answer.headers["set-cookie"]?.contains("slipway-openid") != true)
            #expect(answer.headers["set-cookie"]?.contains("slipway-session") != true)
            #expect(try await Self.requests(to: server) == ["/.well-known/openid-configuration"])
            #expect(try await site.store.auditPage(AuditFilter()).entries.isEmpty)
        }
    }

    @Test("the page says when the provider says no, and offers to try again")
    func denied() async throws {
        try await Self.with { site, _ in
            let mine = try Self.ticket(try await site.client.get("/sign-in/openid?next=%2Fruns"))
            let answer = try await site.client.get(
                "/sign-in/openid/return?error=access_denied&error_description=%3Cb%3E&state=\(mine.state)",
                Self.html.merging(["Cookie": mine.cookie]) { $1 })
            #expect(answer.status == 403 && answer.text.contains("access_denied") && answer.text.contains("&lt;b&gt;"))
            #expect(answer.text.contains(#"href="/sign-in/openid?next=%2Fruns""#))
            #expect(answer.headers["set-cookie"]?.contains("slipway-openid=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0") == true)
        }
    }

    @Test("tries to come back are bounded as those with a password, and before the provider is asked")
    func limits() async throws {
        try await Self.with { site, server in
            let mine = try Self.ticket(try await site.client.get("/sign-in/openid"))
            let headers = Self.html.merging(["Cookie": mine.cookie]) { $1 }
            // What other sites have a browser ask for is nobody's try.
            for _ in 0..<20 {
                #expect(try await site.client.get("/sign-in/openid/return?code=c&state=s", headers).status == 400)
            }
            for _ in 0..<10 {
                let path = "/sign-in/openid/return?error=access_denied&state=\(mine.state)"
                #expect(try await site.client.get(path, headers).status == 403)
            }
            let answer = try await site.client.get("/sign-in/openid/return?code=c&state=\(mine.state)", headers)
            #expect(answer.status == 429 && answer.headers["retry-after"].flatMap { Int($0) } != nil)
            #expect(try await SignedIn.submit("anna", "x", at: site).status == 429)
            #expect(try await Self.requests(to: server) == ["/.well-known/openid-configuration"])
            let record = try #require(try await site.store.auditPage(AuditFilter()).entries.first)
            #expect(record.action == "refuse-sign-in" && record.detail.contains("access_denied"))
        }
    }

    @Test("a provider that does not answer is told of, and passwords work meanwhile")
    func unreachable() async throws {
        try await Self.with(answers: [nil]) { site, _ in
            let answer = try await site.client.get("/sign-in/openid", Self.html)
            #expect(answer.status == 503 && answer.text.contains("can&#39;t be asked") && answer.text.contains("Try again later"))
            _ = try await SignedIn.user("anna", .viewer, at: site)
        }
    }

    @Test("without a provider there is no such way, and no button", arguments: ["/sign-in/openid", "/sign-in/openid/return"])
    func none(path: String) async throws {
        try await RunningSite.with(anonymousRole: nil) { (site: RunningSite) async throws in
            let answer = try await site.client.get(path, Self.html)
            #expect(answer.status == 404 && answer.text.contains("web.openid_connect"))
            let page = try await site.client.get("/sign-in", Self.html)
            #expect(!page.text.contains("/sign-in/openid") && page.text.contains("autofocus"))
        }
    }

    @Test("nobody is led to another site on the way", arguments: ["https://evil.example", "//evil.example", "/\\evil.example"])
    func openRedirect(next: String) async throws {
        try await Self.with { site, _ in
            let mine = try Self.ticket(try await site.client.get("/sign-in/openid?next=\(PercentEncoding.encoded(next))"))
            #expect(mine.cookie.hasSuffix("."), "the ticket has nowhere to go")
        }
    }
}
