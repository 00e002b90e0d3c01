internal import Accounts
internal import FoundationEssentials
internal import HTTPTypes
internal import Hummingbird
internal import Plan
internal import Store

/// `/account`: who somebody is here, their password and their tokens.
struct AccountPage: Sendable {
    private let site: WebSite

    init(_ site: WebSite) { self.site = site }

    func show(_ request: WebRequest) async throws -> Response { try await page(request) }

    /// The page with the token, this once: it is not in an address, nor on a page that can be loaded again.
    ///
    /// `days` is how long it is good, empty for as long as it is not revoked.
    func createToken(_ request: WebRequest) async throws -> Response {
        let fields = request.form
        let user = try owner(request)
        return try await doing(request) {
            let made = try await site.accounts.createToken(
                named: fields["token_name"] ?? "", ofUser: user, scopes: try TokenEndpoints.scopes(fields.all("scope")),
                lifetime: try Self.lifetime(fields["days"]), by: request.actor)
            return try await page(request, secret: made.secret, status: .created)
        }
    }

    func revokeToken(_ request: WebRequest) async throws -> Response {
        try await doing(request) {
            try await site.accounts.revokeToken(try request.id(), by: request.actor)
            return Response(status: .seeOther, headers: [.location: "/account"])
        }
    }

    /// Ends every session of the user, this one too.
    func changePassword(_ request: WebRequest) async throws -> Response {
        let fields = request.form
        let user = try owner(request)
        return try await doing(request) {
            do throws(AccountsError) {
                try await site.accounts.changePassword(
                    ofUser: user, from: fields["old"] ?? "", to: fields["new"] ?? "", address: request.sender,
                    relay: Callers(site).doubtfulRelay(of: request))
            } catch {
                guard error.kind == .refused else { throw error }
                throw WebProblem(.forbidden, "The password that you have now is another one: nothing was changed.")
            }
            return left()
        }
    }

    func signOutEverywhere(_ request: WebRequest) async throws -> Response {
        try await site.accounts.signOutEverywhere(user: try owner(request))
        return left()
    }

    private func left() -> Response {
        var response = Response(status: .seeOther, headers: [.location: "/sign-in"])
        response.headers.append(SecretCookie.session(site.configuration).removal)
        return response
    }

    /// In seconds. What is no number is no token without an end.
    private static func lifetime(_ days: String?) throws(WebProblem) -> Double? {
        if days == "" { return nil }
        guard let count = days.flatMap({ Int($0) }), (1...36_500).contains(count) else {
            throw WebProblem(.unprocessableContent, "Say for how many days the token is good: 1 to 36500.")
        }
        return Double(count) * 86_400
    }

    /// - Throws: on the operator socket, where nobody has an account.
    private func owner(_ request: WebRequest) throws(WebProblem) -> String {
        guard request.caller.isSignedIn else {
            throw WebProblem(
                .badRequest, "On the operator socket nobody has an account: use \"slipway user\" and \"slipway token\".")
        }
        return request.actor.account
    }

    /// What the work answers, or the page with what was wrong.
    private func doing(_ request: WebRequest, _ work: () async throws -> Response) async throws -> Response {
        do {
            return try await work()
        } catch let error as AccountsError {
            return try await page(request, problem: WebProblem(error))
        } catch let problem as WebProblem {
            return try await page(request, problem: problem)
        }
    }

    private func page(
        _ request: WebRequest, secret: String? = nil, problem: WebProblem? = nil, status: HTTPResponse.Status = .ok
    ) async throws -> Response {
        let name = try owner(request)
        let user = try await site.accounts.user(named: name)
        let now = Date()
        let tokens = try await site.accounts.tokens(ofUser: name).reversed().map { Self.values(of: $0, at: now) }
        let body = site.renderer.html(
            "account",
            [
                "name": user.name, "role": user.role.rawValue, "teams": Filled(user.teams.sorted().joined(separator: ", ")),
                "isAdmin": user.role == .admin, "hasPassword": user.passwordHash != nil,
                "issuer": Filled(user.identity?.issuer), "secret": Filled(secret),
                "problem": Filled(problem?.detail), "tokenName": problem == nil ? "" : request.form["token_name"] ?? "",
                "scopes": TokenScope.allCases.filter { $0.role <= user.role }.map { scope -> PageValues in
                    ["word": scope.rawValue, "meaning": Self.meaning(of: scope)]
                },
                "tokens": tokens, "hasTokens": !tokens.isEmpty, "formToken": PageRenderer.tokenPlaceholder,
            ])
        let view = site.renderer.view(
            title: "Your account", mood: "", frame: PageFrame(), fragments: [RenderedView.Fragment(id: nil, html: body)])
        var response = site.renderer.response(view, request: request, status: problem?.status ?? status)
        response.headers[.cacheControl] = "no-store"
        if let seconds = problem?.headers[.retryAfter] { response.headers[.retryAfter] = seconds }
        return response
    }

    private static func values(of token: StoredToken, at now: Date) -> PageValues {
        [
            "id": String(token.id), "name": token.name, "for": token.knownScopes.text, "isGood": token.isGood(at: now),
            "state": TokenRepresentation(token, at: now).state,
            "expires": token.expiresAt.map { HTMLText.time($0) } ?? "never",
            "used": token.usedAt.map { HTMLText.time($0) } ?? "not yet", "formToken": PageRenderer.tokenPlaceholder,
        ]
    }

    private static func meaning(of scope: TokenScope) -> String {
        switch scope {
        case .read: "look at everything; the others let it, too"
        case .run: "start, rerun and cancel runs, delete what they stored"
        case .approve: "answer requests for approvals, override gates, roll back"
        case .admin: "all that you may"
        }
    }
}
