import Accounts
import Foundation
import HTTPTypes
import PercentCoding
import Plan
import Testing

@testable import Web

/// Somebody who signed in at a site, as their browser comes back.
struct SignedIn: Sendable {
    let cookie: String
    let formToken: String

    var headers: [String: String] { ["Cookie": cookie, "Accept": "text/html"] }

    func get(_ path: String, at site: RunningSite) async throws -> HTTPAnswer { try await site.client.get(path, headers) }

    /// Sends a form of a page.
    func post(_ path: String, _ form: String, at site: RunningSite) async throws -> HTTPAnswer {
        try await site.client.post(path, form: "form_token=\(formToken)&\(form)", headers)
    }

    /// Makes the user, and signs them in by the form.
    static func user(_ name: String, _ role: Role, at site: RunningSite, teams: Set<String> = []) async throws -> SignedIn {
        let password = "the password of \(name)"
        _ = try await site.accounts.addUser(
            named: name, password: password, role: role, teams: teams, by: Actor(name: "root", role: .admin, proof: .socket))
        let answer = try await submit(name, password, at: site)
        #expect(answer.status == 303, "\(answer.text)")
        let secret = try #require(answer.headers["set-cookie"]?.firstMatch(of: /slipway-session=([0-9a-f]{64})/)?.1)
        let cookie = "slipway-session=\(secret)"
        let page = try await site.client.get("/runs", ["Cookie": cookie, "Accept": "text/html"])
        let token = try #require(page.text.firstMatch(of: /name="form-token" content="([0-9a-f]{32})"/)?.1)
        return SignedIn(cookie: cookie, formToken: String(token))
    }

    /// What the sign-in form's button does.
    static func submit(
        _ name: String, _ password: String, next: String? = nil, at site: RunningSite, _ headers: [String: String] = [:]
    ) async throws -> HTTPAnswer {
        let page = try await site.client.get("/sign-in", ["Accept": "text/html"])
        let token = try #require(page.headers["set-cookie"]?.firstMatch(of: /slipway-form=([0-9a-f]{32})/)?.1)
        let fields =
            [("name", name), ("password", password), ("form_token", String(token))] + (next.map { [("next", $0)] } ?? [])
        let form = fields.map { "\($0.0)=\(PercentEncoding.encoded($0.1))" }.joined(separator: "&")
        return try await site.client.post(
            "/sign-in", form: form, ["Cookie": "slipway-form=\(token)", "Accept": "text/html"].merging(headers) { $1 })
    }
}
