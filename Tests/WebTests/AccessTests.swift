import Accounts
import Foundation
import HTTPTypes
import Plan
import Testing

@testable import Web

/// Who may use which route: asked of a real listener, for every route that there is.
@Suite struct AccessTests {
    /// Whom requests come from.
    enum Asker: String, CaseIterable, Sendable {
        case nobody, viewer, `operator`, admin, readToken, runToken, approveToken, adminToken, expiredToken, revokedToken

        /// The answer that the route table has for them: nil where the route's own handler answers.
        func refusal(by route: Route) -> Int? {
            guard let role = route.access.role else { return nil }
            switch self {
            case .nobody, .expiredToken, .revokedToken: return 401
            case .viewer: return role <= .viewer ? nil : 403
            case .operator: return role <= .operator ? nil : 403
            case .admin: return nil
            case .readToken: return route.access == .read ? nil : 403
            case .runToken: return [.read, .change].contains(route.access) ? nil : 403
            case .approveToken: return [.read, .approve].contains(route.access) ? nil : 403
            case .adminToken: return route.access == .own ? 403 : nil
            }
        }
    }

    /// What is for strangers, for oneself, or for more than running pipelines: by name, so that no access changes unseen.
    private static let pinned: [RouteAccess: Set<String>] = [
        .open: [
            "getHealth", "badge", "asset", "favicon", "faviconFallback",
        ],
        .entry: [
            "signInPage", "signInForm", "providerSignIn", "providerReturn", "signOutForm",
        ],
        .hook: [
            "receiveWebhook", "receiveRepositoryWebhook",
        ],
        .approve: [
            "approveJob", "rejectJob", "overrideGate", "rollBackDeployment", "rollBackEnvironment", "approvalForm",
            "overrideForm", "rollBackForm", "rollBackEnvironmentForm",
        ],
        .own: [
            "listTokens", "createToken", "revokeToken", "accountPage", "passwordForm", "signOutEverywhereForm",
            "createTokenForm", "revokeTokenForm",
        ],
        .admin: [
            "listSecrets", "setSecret", "removeSecret", "updateActions", "reloadSettings", "listUsers", "addUser",
            "changeUser", "removeUser", "usersPage", "addUserForm", "changeUserForm", "userStateForm",
            "userPasswordForm", "removeUserForm",
        ],
    ]

    @Test("who may use a route is decided by name: none opens, or closes, unseen", arguments: pinned.keys)
    func pins(access: RouteAccess) {
        #expect(Set(RouteTable.routes.filter { $0.access == access }.map(\.name)) == Self.pinned[access])
    }

    @Test("what only reads changes nothing, and what changes something is more than reading")
    func reading() {
        for route in RouteTable.routes {
            #expect((route.access == .read) == (route.method == .get) || Self.pinned[route.access] != nil, "\(route.name)")
        }
    }

    @Test("every route answers whom the table lets in, and refuses the others", arguments: Asker.allCases)
    func everyRoute(asker: Asker) async throws {
        try await RunningSite.with(anonymousRole: nil) { (site: RunningSite) async throws in
            let (headers, formToken) = try await Self.headers(of: asker, at: site)
            // It ends the asker's own session: the last thing that they ask for.
            let isLast = { (route: Route) in route.name == "signOutEverywhereForm" }
            for route in RouteTable.routes.filter({ !isLast($0) }) + RouteTable.routes.filter(isLast) {
                let path = Self.path(of: route)
                if let formToken, route.isForm, route.access != .entry {
                    // With the token that the page gave them only their role may keep them out.
                    let answer = try await site.client.post(path, form: "form_token=\(formToken)", headers)
                    if asker.refusal(by: route) == nil {
                        // A wrong password is refused with 403, too.
                        let isRefused = ["for users with the role", "form is out of date"].contains { answer.text.contains($0) }
                        #expect(
                            ![401, 405].contains(answer.status) && answer.status < 500 && !isRefused,
                            "\(route.name) for \(asker): \(answer.status)")
                    } else {
                        #expect(
                            answer.status == 403 && answer.text.contains("for users with the role"), "\(route.name) for \(asker)")
                    }
                    continue
                }
                var sent = headers.merging(["Accept": "application/json"]) { $1 }
                let body = route.method == .get ? "" : "{}"
                if route.method != .get { sent["Content-Type"] = "application/json" }
                // A stream without its query does not begin.
                let status = try await site.client.send(route.method.rawValue, path, sent, Array(body.utf8)).status
                if let refusal = asker.refusal(by: route) {
                    #expect(status == refusal, "\(route.name) for \(asker)")
                } else if route.method != .get, route.access != .hook, route.access == .entry || route.isForm {
                    // A form without its token goes no further, whoever sends it; what comes with a token is no form.
                    #expect(
                        headers["Authorization"] == nil || route.access == .entry ? status == 403 : ![401, 403].contains(status))
                } else {
                    #expect(
                        ![401, 403, 405].contains(status) && status < 500, "\(route.name) for \(asker): \(status)")
                }
            }
        }
    }

    private static func path(of route: Route) -> String {
        var path = route.pattern.description
        for name in route.pattern.names {
            let value =
                switch name {
                case "version": "x"
                case "file": "scripts/page.js"
                case "status": "success.svg"
                case "forge": "github"
                case "name", "user", "secret": "app"
                default: "99"
                }
            path = path.replacing("{\(name)…}", with: value).replacing("{\(name)}", with: value)
        }
        return path
    }

    /// - Returns: and of who signed in the token of their forms.
    private static func headers(of asker: Asker, at site: RunningSite) async throws -> ([String: String], String?) {
        func session(_ role: Role) async throws -> ([String: String], String?) {
            let user = try await SignedIn.user("anna", role, at: site)
            return (["Cookie": user.cookie], user.formToken)
        }
        switch asker {
        case .viewer: return try await session(.viewer)
        case .operator: return try await session(.operator)
        case .admin: return try await session(.admin)
        default: return (try await ownHeaders(of: asker, at: site), nil)
        }
    }

    private static func ownHeaders(of asker: Asker, at site: RunningSite) async throws -> [String: String] {
        switch asker {
        case .nobody, .viewer, .operator, .admin: return [:]
        case .readToken: return try await token([.read], at: site)
        case .runToken: return try await token([.run], at: site)
        case .approveToken: return try await token([.approve], at: site)
        case .adminToken: return try await token([.admin], at: site)
        case .expiredToken: return try await token([.admin], lifetime: 1e-6, at: site)
        case .revokedToken:
            let headers = try await token([.admin], at: site)
            try await site.accounts.revokeToken(1, by: root)
            return headers
        }
    }

    private static let root = Actor(name: "root", role: .admin, proof: .socket)

    private static func token(
        _ scopes: Set<TokenScope>, lifetime: Double? = nil, at site: RunningSite
    ) async throws -> [String: String] {
        _ = try await site.accounts.addUser(named: "anna", password: nil, role: .admin, teams: [], by: root)
        let made = try await site.accounts.createToken(
            named: "t", ofUser: "anna", scopes: scopes, lifetime: lifetime, by: root)
        return ["Authorization": "Bearer \(made.secret)"]
    }

    @Test("a token never does more than its owner may at that moment, and says why not")
    func scopes() async throws {
        try await RunningSite.with(anonymousRole: nil) { (site: RunningSite) async throws in
            let (run, _) = try await site.run()
            let headers = try await Self.token([.run], at: site)
            let path = "/api/v1/runs/\(run.id)/cancel"
            #expect(try await site.client.send("POST", path, headers).status == 202)
            #expect(site.operations.calls == ["cancel \(run.id) by anna (token t)"])
            let approve = try await site.client.send("POST", "/api/v1/runs/\(run.id)/approve", headers)
            #expect(approve.status == 403 && approve.text.contains("scope approve"))
            _ = try await site.accounts.change(user: "anna", role: .viewer, teams: nil, isDisabled: nil, by: Self.root)
            #expect(try await site.client.send("POST", path, headers).status == 403)
            #expect(try await site.client.get("/api/v1/runs", headers).status == 200)
            _ = try await site.accounts.change(user: "anna", role: nil, teams: nil, isDisabled: true, by: Self.root)
            let disabled = try await site.client.get("/api/v1/runs", headers)
            #expect(disabled.status == 401 && disabled.text.contains("disabled"))
            let unknown = try await site.client.get("/api/v1/runs", ["Authorization": "Bearer slipway_x"])
            #expect(unknown.status == 401 && unknown.text.contains("unknown"))
            #expect(unknown.headers["www-authenticate"]?.hasPrefix("Bearer") == true)
        }
    }

    @Test("a token that starts runs rolls nothing back: that goes around approvals, and is for those who answer them")
    func rollbacks() async throws {
        for route in RouteTable.routes where route.pattern.description.hasSuffix("/rollback") {
            #expect(route.access == .approve, "\(route.name)")
        }
        try await RunningSite.with(anonymousRole: nil) { (site: RunningSite) async throws in
            let headers = try await Self.token([.run], at: site)
            for kind in ["deployments", "environment-deployments"] {
                let answer = try await site.client.send("POST", "/api/v1/\(kind)/99/rollback", headers)
                #expect(answer.status == 403 && answer.text.contains("scope approve"))
            }
            #expect(site.operations.calls.isEmpty)
        }
    }

    @Test("an expired token and a revoked one say which", arguments: [(true, "has expired"), (false, "was revoked")])
    func deadTokens(isExpired: Bool, word: String) async throws {
        try await RunningSite.with(anonymousRole: .operator) { (site: RunningSite) async throws in
            let (headers, _) = try await Self.headers(of: isExpired ? .expiredToken : .revokedToken, at: site)
            let answer = try await site.client.get("/api/v1/runs", headers)
            #expect(answer.status == 401 && answer.text.contains(word))
        }
    }

    @Test("who is not signed in may do what the settings say", arguments: [Role.viewer, .operator])
    func anonymous(role: Role) async throws {
        try await RunningSite.with(anonymousRole: role) { (site: RunningSite) async throws in
            let (run, _) = try await site.run()
            #expect(try await site.client.get("/api/v1/runs").status == 200)
            let cancel = try await site.client.send("POST", "/api/v1/runs/\(run.id)/cancel")
            #expect(cancel.status == (role == .operator ? 202 : 401))
            #expect(try await site.client.get("/api/v1/users").status == 401)
            #expect(try await site.client.get("/api/v1/tokens").status == 401)
            let page = try await site.client.get("/runs", ["Accept": "text/html"])
            #expect(page.text.contains(role == .operator ? #"data-rights="operate""# : #"data-rights="view""#))
            #expect(page.text.contains(#"href="/sign-in""#))
        }
    }
}

extension Route {
    /// Whether a page's form is sent to it.
    fileprivate var isForm: Bool { method != .get && access != .hook && !pattern.description.hasPrefix("/api/") }
}
