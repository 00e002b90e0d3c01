import Accounts
import Foundation
import HTTPTypes
import Plan
import Store
import Testing

@testable import Web

/// The way in and out, as a browser goes it.
@Suite struct SignInTests {
    private static let root = Actor(name: "root", role: .admin, proof: .socket)

    private static func actions(_ site: RunningSite) async throws -> [String] {
        try await site.store.auditPage(AuditFilter()).entries.map { "\($0.actor) \($0.action) \($0.subject)" }.reversed()
    }

    @Test("a page leads to the sign-in, and the sign-in back to it; the cookie is the browser's alone")
    func wayIn() async throws {
        try await RunningSite.with(anonymousRole: nil) { (site: RunningSite) async throws in
            let refused = try await site.client.get("/runs?status=failure", ["Accept": "text/html"])
            #expect(refused.status == 303)
            #expect(refused.headers["location"] == "/sign-in?next=%2Fruns%3Fstatus%3Dfailure")
            let page = try await site.client.get("/sign-in?next=%2Fruns", ["Accept": "text/html"])
            #expect(page.status == 200 && page.text.contains("sudo slipway user add NAME --role admin"))
            #expect(page.text.contains(#"name="next" value="/runs""#))
            _ = try await site.accounts.addUser(
                named: "anna", password: "correct horse battery", role: .operator, teams: [], by: Self.root)
            let answer = try await SignedIn.submit("Anna", "correct horse battery", next: "/runs/7", at: site)
            #expect(answer.status == 303 && answer.headers["location"] == "/runs/7")
            let cookie = try #require(answer.headers["set-cookie"])
            #expect(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && !cookie.contains("Secure"))
            #expect(try await Self.actions(site) == ["root (socket) add-user user anna", "anna sign-in user anna"])
            let stored = try await site.store.users()
            #expect(stored.first?.signedInAt != nil && stored.first?.passwordHash?.hasPrefix("$scrypt$") == true)
        }
    }

    @Test(
        "nobody is led to another site", arguments: ["https://evil.example", "//evil.example", "/\\evil.example", "evil", "/a b"])
    func openRedirect(next: String) {
        #expect(SignInPage.local(next) == nil)
    }

    @Test("a wrong password, an unknown user, a disabled one and one without a password get the same answer")
    func wrong() async throws {
        try await RunningSite.with(anonymousRole: nil) { (site: RunningSite) async throws in
            for (name, password) in [("anna", "correct horse battery"), ("bo", "correct horse battery"), ("cy", nil)] {
                _ = try await site.accounts.addUser(named: name, password: password, role: .admin, teams: [], by: Self.root)
            }
            _ = try await site.accounts.change(user: "bo", role: nil, teams: nil, isDisabled: true, by: Self.root)
            for (name, password) in [
                ("anna", "wrong horse battery"), ("bo", "correct horse battery"), ("cy", ""), ("dan", "correct horse battery"),
            ] {
                let answer = try await SignedIn.submit(name, password, at: site)
                #expect(answer.status == 401 && answer.text.contains("The name or the password is wrong."), "\(name)")
                #expect(answer.headers["set-cookie"]?.contains("session") != true)
            }
            let records = try await Self.actions(site).filter { $0.contains("refuse") }
            #expect(
                records == [
                    "web refuse-sign-in user anna", "web refuse-sign-in user bo", "web refuse-sign-in user cy",
                    "web refuse-sign-in unknown user",
                ])
        }
    }

    @Test("too many tries from one address are refused with the time to wait, also with the right password")
    func rateLimit() async throws {
        try await RunningSite.with(anonymousRole: nil) { (site: RunningSite) async throws in
            _ = try await site.accounts.addUser(
                named: "anna", password: "correct horse battery", role: .admin, teams: [], by: Self.root)
            for number in 0..<10 { #expect(try await SignedIn.submit("user-\(number)", "x", at: site).status == 401) }
            let answer = try await SignedIn.submit("anna", "correct horse battery", at: site)
            #expect(answer.status == 429 && answer.text.contains("Too many tries"))
            let seconds = try #require(answer.headers["retry-after"].flatMap { Int($0) })
            #expect((1...61).contains(seconds))
        }
    }

    @Test("a process of this machine gets around the bound on tries by no forwarded address, unless the settings trust it")
    func localRelay() async throws {
        for isNamed in [false, true] {
            let configuration = WebConfiguration(trustedProxies: ["127.0.0.1"], namesTrustedProxies: isNamed)
            try await RunningSite.with(configuration, anonymousRole: nil) { (site: RunningSite) async throws in
                var answers: [Int] = []
                for number in 0..<14 {
                    answers.append(
                        try await SignedIn.submit(
                            "user-\(number)", "x", at: site, ["X-Forwarded-For": "203.0.113.\(number)"]
                        ).status)
                }
                let taken = isNamed ? 14 : 10
                #expect(answers == Array(repeating: 401, count: taken) + Array(repeating: 429, count: 14 - taken))
            }
        }
    }

    @Test("who signs in by way of this machine uses up no try of others")
    func goodTries() async throws {
        let configuration = WebConfiguration(trustedProxies: ["127.0.0.1"], namesTrustedProxies: false)
        try await RunningSite.with(configuration, anonymousRole: nil) { (site: RunningSite) async throws in
            _ = try await site.accounts.addUser(
                named: "anna", password: "correct horse battery", role: .admin, teams: [], by: Self.root)
            for number in 0..<12 {
                let from = ["X-Forwarded-For": "203.0.113.\(number)"]
                #expect(try await SignedIn.submit("anna", "correct horse battery", at: site, from).status == 303)
            }
        }
    }

    @Test("what a trusted proxy says of the address counts, what others say does not")
    func forwarded() async throws {
        for (proxies, isTrusted) in [(["127.0.0.1"], true), ([], false)] as [(Set<String>, Bool)] {
            try await RunningSite.with(WebConfiguration(trustedProxies: proxies), anonymousRole: nil) { site in
                _ = try await SignedIn.submit(
                    "dan", "x", at: site, ["X-Forwarded-For": "203.0.113.9, 198.51.100.7"])
                let record = try #require(try await site.store.auditPage(AuditFilter()).entries.first)
                #expect(record.detail.contains(isTrusted ? "from 198.51.100.7:" : "from 127.0.0.1:"), "\(record.detail)")
            }
        }
    }

    @Test("signing out ends the session at once, and only by the page's own form")
    func signOut() async throws {
        try await RunningSite.with(anonymousRole: nil) { (site: RunningSite) async throws in
            let anna = try await SignedIn.user("anna", .viewer, at: site)
            let headers = ["Cookie": anna.cookie, "Accept": "text/html"]
            let page = try await site.client.get("/runs", headers)
            #expect(page.text.contains("anna <span") && page.text.contains(#"action="/sign-out""#))
            #expect(page.text.contains(#"data-rights="view""#))
            #expect(try await site.client.post("/sign-out", form: "", headers).status == 403)
            let done = try await site.client.post("/sign-out", form: "form_token=\(anna.formToken)", headers)
            #expect(done.status == 303 && done.headers["set-cookie"]?.contains("Max-Age=0") == true)
            #expect(try await site.client.get("/api/v1/runs", headers).status == 401)
        }
    }

    @Test("a form carries the token of its own session, not of another one")
    func sessionForms() async throws {
        try await RunningSite.with(anonymousRole: nil) { (site: RunningSite) async throws in
            let (run, _) = try await site.run()
            let anna = try await SignedIn.user("anna", .operator, at: site)
            let bo = try await SignedIn.user("bo", .operator, at: site)
            #expect(anna.formToken != bo.formToken)
            let path = "/runs/\(run.id)/cancel"
            let headers = ["Cookie": anna.cookie, "Accept": "text/html"]
            #expect(try await site.client.post(path, form: "form_token=\(bo.formToken)", headers).status == 403)
            let forged = headers.merging(["Cookie": "\(anna.cookie); slipway-form=\(bo.formToken)"]) { $1 }
            #expect(try await site.client.post(path, form: "form_token=\(bo.formToken)", forged).status == 403)
            #expect(try await site.client.post(path, form: "form_token=\(anna.formToken)", headers).status == 303)
            #expect(site.operations.calls == ["cancel \(run.id) by anna"])
        }
    }

    @Test("behind https the cookie is sent by no other way")
    func secureCookie() async throws {
        try await RunningSite.with(WebConfiguration(isSecure: true), anonymousRole: nil) { (site: RunningSite) async throws in
            _ = try await site.accounts.addUser(
                named: "anna", password: "correct horse battery", role: .viewer, teams: [], by: Self.root)
            let cookie = try #require(try await SignedIn.submit("anna", "correct horse battery", at: site).headers["set-cookie"])
            #expect(cookie.hasPrefix("__Host-slipway-session=") && cookie.hasSuffix("; Secure"))
        }
    }
}
