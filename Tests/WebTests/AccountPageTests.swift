import Accounts
import Foundation
import Plan
import Store
import Testing

@testable import Web

/// `/account`, as a browser without scripts has it.
@Suite struct AccountPageTests {
    @Test("the page says who one is, offers the scopes of one's role only, and the head leads to it")
    func show() async throws {
        try await RunningSite.with(anonymousRole: nil) { (site: RunningSite) async throws in
            let anna = try await SignedIn.user("anna", .viewer, at: site, teams: ["qa", "ops"])
            let page = try await anna.get("/account", at: site)
            #expect(page.status == 200 && page.text.contains("<h1>anna</h1>") && page.text.contains("ops, qa"))
            #expect(page.text.contains(#"name="scope" value="read""#) && !page.text.contains(#"name="scope" value="run""#))
            #expect(page.text.contains(#"class="caller" href="/account""#) && !page.text.contains(#"href="/users""#))
            #expect(page.headers["cache-control"] == "no-store")
            let admin = try await SignedIn.user("ada", .admin, at: site)
            #expect(try await admin.get("/account", at: site).text.contains(#"name="scope" value="admin""#))
        }
    }

    @Test("every form of the page carries the token of the session, and without it nothing is done")
    func forms() async throws {
        try await RunningSite.with(anonymousRole: nil) { (site: RunningSite) async throws in
            let anna = try await SignedIn.user("anna", .operator, at: site)
            _ = try await anna.post("/account/tokens", "token_name=t&scope=run&days=30", at: site)
            let page = try await anna.get("/account", at: site).text
            let forms = page.matches(of: /<form[^>]*method="post"[^>]*>/).count
            #expect(
                forms == 5
                    && page.matches(of: /name="form_token" value="(.{32})"/).filter { $0.1 == anna.formToken }.count == forms)
            for path in ["/account/tokens", "/account/tokens/1/revoke", "/account/password", "/account/sign-out"] {
                #expect(try await site.client.post(path, form: "", anna.headers).status == 403, "\(path)")
            }
            #expect(try await anna.get("/api/v1/tokens", at: site).text.contains("good"))
        }
    }

    @Test("a token is shown once, works, and is revoked")
    func tokens() async throws {
        try await RunningSite.with(anonymousRole: nil) { (site: RunningSite) async throws in
            let anna = try await SignedIn.user("anna", .operator, at: site)
            let made = try await anna.post("/account/tokens", "token_name=nightly&scope=run&scope=approve&days=30", at: site)
            #expect(made.status == 201 && made.headers["cache-control"] == "no-store")
            let secret = try #require(made.text.firstMatch(of: /id="new-token">(slipway_[0-9a-f]{64})</)?.1)
            let bearer = ["Authorization": "Bearer \(secret)"]
            #expect(try await site.client.get("/api/v1/runs", bearer).status == 200)
            #expect(try await site.client.get("/account", bearer).status == 403)
            let page = try await anna.get("/account", at: site).text
            #expect(!page.contains(String(secret)) && page.contains("run, approve"))
            let revoked = try await anna.post("/account/tokens/1/revoke", "", at: site)
            #expect(revoked.status == 303 && revoked.headers["location"] == "/account")
            #expect(try await site.client.get("/api/v1/runs", bearer).status == 401)
            let after = try await anna.get("/account", at: site).text
            #expect(after.contains(">revoked<") && !after.contains("/account/tokens/1/revoke"))
        }
    }

    @Test(
        "what is wrong with a token that one wants is told on the page",
        arguments: [
            ("token_name=a%20b&scope=read&days=30", "no name for a token"), ("token_name=t&days=30", "one scope at least"),
            ("token_name=t&scope=fly&days=30", "and not &quot;fly&quot;"),
            ("token_name=t&scope=admin&days=30", "has the role operator"),
            ("token_name=t&scope=run&days=soon", "for how many days"), ("token_name=t&scope=run", "for how many days"),
        ])
    func wrongTokens(form: String, words: String) async throws {
        try await RunningSite.with(anonymousRole: nil) { (site: RunningSite) async throws in
            let anna = try await SignedIn.user("anna", .operator, at: site)
            let answer = try await anna.post("/account/tokens", form, at: site)
            #expect(
                answer.status == 422 && answer.text.contains(words) && answer.text.contains(#"role="alert""#), "\(answer.text)")
            #expect(try await site.accounts.tokens(ofUser: "anna").isEmpty)
        }
    }

    @Test("nobody revokes the token of another, unless they are an admin")
    func others() async throws {
        try await RunningSite.with(anonymousRole: nil) { (site: RunningSite) async throws in
            let anna = try await SignedIn.user("anna", .operator, at: site)
            let bo = try await SignedIn.user("bo", .operator, at: site)
            _ = try await anna.post("/account/tokens", "token_name=t&scope=run&days=", at: site)
            let answer = try await bo.post("/account/tokens/1/revoke", "", at: site)
            #expect(answer.status == 404 && answer.text.contains("There is no token 1 of yours."))
            let token = try #require(try await site.accounts.tokens(ofUser: "anna").first)
            #expect(token.revokedAt == nil && token.expiresAt == nil)
        }
    }

    @Test("a new password wants the old one, and ends every session")
    func password() async throws {
        try await RunningSite.with(anonymousRole: nil) { (site: RunningSite) async throws in
            let anna = try await SignedIn.user("anna", .viewer, at: site)
            let old = "the%20password%20of%20anna"
            let wrong = try await anna.post("/account/password", "old=wrong&new=a%20quite%20new%20one", at: site)
            #expect(wrong.status == 403 && wrong.text.contains("The password that you have now is another one"))
            let short = try await anna.post("/account/password", "old=\(old)&new=short", at: site)
            #expect(short.status == 422 && short.text.contains("at least 12 characters"))
            let done = try await anna.post("/account/password", "old=\(old)&new=a%20quite%20new%20one", at: site)
            #expect(done.status == 303 && done.headers["location"] == "/sign-in")
            #expect(done.headers["set-cookie"]?.contains("Max-Age=0") == true)
            #expect(try await anna.get("/api/v1/runs", at: site).status == 401)
            #expect(try await SignedIn.submit("anna", "the password of anna", at: site).status == 401)
            #expect(try await SignedIn.submit("anna", "a quite new one", at: site).status == 303)
        }
    }

    @Test("signing out everywhere ends the sessions of all one's browsers, and of nobody else")
    func everywhere() async throws {
        try await RunningSite.with(anonymousRole: nil) { (site: RunningSite) async throws in
            let anna = try await SignedIn.user("anna", .viewer, at: site)
            let bo = try await SignedIn.user("bo", .viewer, at: site)
            let answer = try await SignedIn.submit("anna", "the password of anna", at: site)
            let secret = try #require(answer.headers["set-cookie"]?.firstMatch(of: /slipway-session=([0-9a-f]{64})/)?.1)
            let other = ["Cookie": "slipway-session=\(secret)"]
            #expect(try await site.client.get("/api/v1/runs", other).status == 200)
            let done = try await anna.post("/account/sign-out", "", at: site)
            #expect(done.status == 303 && done.headers["location"] == "/sign-in")
            #expect(try await anna.get("/api/v1/runs", at: site).status == 401)
            #expect(try await site.client.get("/api/v1/runs", other).status == 401)
            #expect(try await bo.get("/api/v1/runs", at: site).status == 200)
            let record = try #require(try await site.store.auditPage(AuditFilter()).entries.first)
            #expect(record.action == "sign-out" && record.detail == "everywhere")
        }
    }

    @Test("on the operator socket nobody has an account, and who did not sign in is led to the sign-in")
    func nobody() async throws {
        try await RunningSite.with(anonymousRole: .operator) { (site: RunningSite) async throws in
            #expect(try await site.operatorClient.get("/account").status == 400)
            let refused = try await site.client.get("/account", ["Accept": "text/html"])
            #expect(refused.status == 303 && refused.headers["location"] == "/sign-in?next=%2Faccount")
        }
    }
}
