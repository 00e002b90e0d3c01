import Accounts
import Foundation
import PercentCoding
import Plan
import Store
import Testing

@testable import Web

/// `/users`, as a browser without scripts has it.
@Suite struct UsersPageTests {
    private static let added = "user_name=bo&role=operator&teams=qa,%20ops&password=correct%20horse%20battery"

    @Test("an admin adds a user, who is on the page and may sign in")
    func add() async throws {
        try await RunningSite.with(anonymousRole: nil) { (site: RunningSite) async throws in
            let ada = try await SignedIn.user("ada", .admin, at: site)
            let done = try await ada.post("/users", Self.added, at: site)
            #expect(done.status == 303 && done.headers["location"] == "/users")
            let page = try await ada.get("/users", at: site)
            #expect(page.status == 200 && page.text.contains(#"value="ops, qa""#) && page.text.contains("not yet"))
            #expect(page.text.contains(#"<option value="operator" selected>"#) && page.text.contains(#"href="/users""#))
            #expect(try await SignedIn.submit("bo", "correct horse battery", at: site).status == 303)
            let record = try #require(try await site.store.auditPage(AuditFilter()).entries.first { $0.action == "add-user" })
            #expect(record.actor == "ada" && record.subject == "user bo")
        }
    }

    @Test("every form of the page carries the token of the session, and without it nothing is done")
    func forms() async throws {
        try await RunningSite.with(anonymousRole: nil) { (site: RunningSite) async throws in
            let ada = try await SignedIn.user("ada", .admin, at: site)
            let page = try await ada.get("/users", at: site).text
            let forms = page.matches(of: /<form[^>]*method="post"[^>]*>/).count
            #expect(
                forms == 6
                    && page.matches(of: /name="form_token" value="(.{32})"/).filter { $0.1 == ada.formToken }.count == forms)
            for path in ["/users", "/users/ada", "/users/ada/state", "/users/ada/password", "/users/ada/remove"] {
                #expect(try await site.client.post(path, form: Self.added, ada.headers).status == 403, "\(path)")
            }
            #expect(try await site.accounts.users().map(\.name) == ["ada"])
        }
    }

    @Test("role, teams, state and password change, and a user is removed")
    func change() async throws {
        try await RunningSite.with(anonymousRole: nil) { (site: RunningSite) async throws in
            let ada = try await SignedIn.user("ada", .admin, at: site)
            let name = "b.o+1@example.org"
            let bo = try await SignedIn.user(name, .viewer, at: site)
            let path = "/users/\(PercentEncoding.encoded(name))"
            #expect(try await ada.get("/users", at: site).text.contains(#"action="\#(path)/remove""#))
            #expect(try await ada.post(path, "role=operator&teams=qa", at: site).status == 303)
            var user = try await site.accounts.user(named: name)
            #expect(user.role == .operator && user.teams == ["qa"])
            #expect(try await ada.post("\(path)/password", "password=another%20good%20one", at: site).status == 303)
            #expect(try await bo.get("/api/v1/runs", at: site).status == 401)
            #expect(try await SignedIn.submit(name, "another good one", at: site).status == 303)
            #expect(try await ada.post("\(path)/state", "disabled=true", at: site).status == 303)
            #expect(try await SignedIn.submit(name, "another good one", at: site).status == 401)
            #expect(try await ada.get("/users", at: site).text.contains(">Enable b.o"))
            #expect(try await ada.post("\(path)/state", "disabled=false", at: site).status == 303)
            user = try await site.accounts.user(named: name)
            #expect(!user.isDisabled)
            #expect(try await ada.get("/users?removed=ada", at: site).text.contains("was removed") == false)
            let removed = try await ada.post("\(path)/remove", "", at: site)
            #expect(removed.status == 303)
            #expect(try await site.accounts.users().map(\.name) == ["ada"])
            let next = try #require(removed.headers["location"])
            // A name with a sign that none of the shown ones has is not repeated.
            #expect(next == "/users?removed=\(PercentEncoding.encoded(name))")
            #expect(try await ada.get("/users?removed=zed", at: site).text.contains("zed was removed."))
            #expect(try await !ada.get("/users?removed=zed%20and%20you", at: site).text.contains("was removed"))
        }
    }

    @Test(
        "what can't be is told on the page",
        arguments: [
            ("/users", added.replacing("bo", with: "ada"), 409, "There is a user ada already."),
            ("/users", added.replacing("operator", with: "king"), 422, "A role is viewer, operator or admin"),
            ("/users", "user_name=bo&role=viewer&password=short", 422, "at least 12 characters"),
            ("/users/ada", "role=viewer&teams=", 409, "That would take your own rights"),
            ("/users/ada", "role=admin&teams=admin", 422, "no name for a team"),
            ("/users/ada/state", "disabled=true", 409, "That would take your own rights"),
            ("/users/ada/state", "", 422, "disabled is true or false"),
            ("/users/ada/remove", "", 409, "That would take your own rights"),
            ("/users/dan/remove", "", 404, "There is no user dan."),
        ] as [(String, String, Int, String)])
    func wrong(path: String, form: String, status: Int, words: String) async throws {
        try await RunningSite.with(anonymousRole: nil) { (site: RunningSite) async throws in
            let ada = try await SignedIn.user("ada", .admin, at: site)
            let answer = try await ada.post(path, form, at: site)
            #expect(
                answer.status == status && answer.text.contains(words) && answer.text.contains(#"role="alert""#), "\(answer.text)"
            )
            let users = try await site.accounts.users()
            #expect(users.map(\.name) == ["ada"] && users.first?.role == .admin && users.first?.isDisabled == false)
        }
    }

    @Test("who is no admin sees no users and changes none", arguments: [Role.viewer, .operator])
    func others(role: Role) async throws {
        try await RunningSite.with(anonymousRole: nil) { (site: RunningSite) async throws in
            let bo = try await SignedIn.user("bo", role, at: site)
            #expect(try await bo.get("/users", at: site).status == 403)
            #expect(try await bo.post("/users", Self.added, at: site).status == 403)
            #expect(try await bo.post("/users/bo", "role=admin&teams=", at: site).status == 403)
            #expect(try await site.accounts.user(named: "bo").role == role)
            #expect(try await site.accounts.users().count == 1)
        }
    }
}
