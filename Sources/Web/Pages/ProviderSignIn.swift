internal import Accounts
internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import OpenIDConnect
internal import PercentCoding
internal import Store

/// `/sign-in/openid`: to the provider of identities, and back from it.
struct ProviderSignIn: Sendable {
    static let path = "/sign-in/openid"

    private let site: WebSite

    init(_ site: WebSite) { self.site = site }

    /// Leads the browser to the provider, and gives it what it has to bring back.
    ///
    /// A link and no form: a browser would not let a form of this page lead to another host.
    func begin(_ request: WebRequest) async throws -> Response {
        let provider = try provider()
        let next = request.query["next"].flatMap(SignInPage.local)
        // What another site's page leads here begins nothing: the person says so on ours.
        if let origin = request.headers[.secFetchSite], origin != "same-origin", origin != "none" {
            let query = next.map { "?next=\(PercentEncoding.encoded($0))" } ?? ""
            return Response(status: .seeOther, headers: [.location: "/sign-in\(query)", .cacheControl: "no-store"])
        }
        do throws(OpenIDConnectError) {
            let (ticket, address) = try await provider.begin(next: next)
            var response = Response(status: .seeOther, headers: [.location: address, .cacheControl: "no-store"])
            response.headers.append(
                SecretCookie.ticket(site.configuration).field(ticket.text, lifetime: SignInTicket.lifetime))
            return response
        } catch {
            return try await SignInPage(site).form(request, next: next, problem: WebProblem(error))
        }
    }

    /// Where the provider sends the browser, with a code or a refusal.
    func finish(_ request: WebRequest) async throws -> Response {
        let provider = try provider()
        let cookie = SecretCookie.ticket(site.configuration)
        let answer = ProviderAnswer(
            code: request.query["code"], state: request.query["state"], error: request.query["error"],
            errorDescription: request.query["error_description"], issuer: request.query["iss"])
        let ticket: SignInTicket
        do throws(OpenIDConnectError) {
            ticket = try provider.ticket(of: answer, among: request.cookies(named: cookie.name))
        } catch {
            // No try of anybody's: any page may have a browser ask for this address. Nor does it end a sign-in that was begun.
            return try await SignInPage(site).form(request, next: nil, problem: WebProblem(error))
        }
        var response: Response
        do {
            try await site.accounts.beginTry(address: request.sender, relay: Callers(site).doubtfulRelay(of: request))
            let session = try await session(of: try await provider.prove(answer, with: ticket), request)
            if let old = request.caller.session { try await site.accounts.signOut(session: old) }
            response = SignInPage(site).begun(session, next: ticket.next)
        } catch let error as OpenIDConnectError {
            request.logger.warning("sign-in by \(provider.configuration.issuer) from \(request.sender): \(error)")
            await site.accounts.noteRefusal(
                reason: "by \(provider.configuration.issuer): \(error)", address: request.sender)
            response = try await SignInPage(site).form(request, next: ticket.next, problem: WebProblem(error))
        } catch let error as AccountsError {
            response = try await SignInPage(site).form(request, next: ticket.next, problem: WebProblem(error))
        }
        // One ticket for one answer.
        response.headers.append(cookie.removal)
        return response
    }

    private func session(of person: ProvenPerson, _ request: WebRequest) async throws -> NewSession {
        let identity = ExternalIdentity(issuer: person.issuer, subject: person.subject)
        var account = ProvenAccount(identity: identity, name: person.name, role: nil)
        switch person.grant {
        case .role(let role): account.role = role
        case .refused(let reason): account.refusal = reason
        }
        return try await site.accounts.signIn(
            account, address: request.sender, relay: Callers(site).doubtfulRelay(of: request))
    }

    private func provider() throws(WebProblem) -> IdentityProvider {
        guard let provider = site.provider else {
            throw WebProblem(
                .notFound, "Nobody signs in by another provider here: web.openid_connect of the settings is not set.")
        }
        return provider
    }
}

extension WebProblem {
    init(_ error: OpenIDConnectError) {
        let status: HTTPResponse.Status =
            switch error.kind {
            case .denied: .forbidden
            case .stale: .badRequest
            case .untrusted: .badGateway
            case .unavailable, .misconfigured: .serviceUnavailable
            case .busy: .tooManyRequests
            }
        self.init(status, error.message)
        if error.kind == .busy { headers[.retryAfter] = "10" }
    }
}
