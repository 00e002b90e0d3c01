internal import Accounts
internal import HTTPTypes
internal import Hummingbird
internal import OpenIDConnect
internal import PercentCoding

/// `/sign-in`, and the way out.
struct SignInPage: Sendable {
    private let site: WebSite

    init(_ site: WebSite) { self.site = site }

    /// Leads to the sign-in, and from there back to the page that was asked for.
    static func redirect(from request: WebRequest) -> Response {
        let path = request.method == .get ? request.path + (request.request.uri.query.map { "?\($0)" } ?? "") : "/"
        let next = path == "/" ? "" : "?next=\(PercentEncoding.encoded(path))"
        return Response(status: .seeOther, headers: [.location: "/sign-in\(next)", .cacheControl: "no-store"])
    }

    func show(_ request: WebRequest) async throws -> Response {
        if request.caller.isSignedIn { return Self.leading(to: request.query["next"]) }
        return try await form(request, next: request.query["next"])
    }

    func signIn(_ request: WebRequest) async throws -> Response {
        let fields = request.form
        let session: NewSession
        do throws(AccountsError) {
            session = try await site.accounts.signIn(
                name: fields["name"] ?? "", password: fields["password"] ?? "", address: request.sender,
                relay: Callers(site).doubtfulRelay(of: request))
        } catch {
            return try await form(request, next: fields["next"], problem: WebProblem(error))
        }
        if let old = request.caller.session { try await site.accounts.signOut(session: old) }
        return begun(session, next: fields["next"])
    }

    func signOut(_ request: WebRequest) async throws -> Response {
        if let session = request.caller.session { try await site.accounts.signOut(session: session) }
        var response = Response(status: .seeOther, headers: [.location: "/sign-in"])
        response.headers.append(SecretCookie.session(site.configuration).removal)
        return response
    }

    /// The browser has its session, and goes where it wanted to.
    func begun(_ session: NewSession, next: String?) -> Response {
        var response = Self.leading(to: next)
        let cookie = SecretCookie.session(site.configuration)
        response.headers.append(cookie.field(session.secret, lifetime: site.accounts.policy.lifetime))
        return response
    }

    /// The page, with what was wrong with the try before.
    func form(_ request: WebRequest, next: String?, problem: WebProblem? = nil) async throws -> Response {
        let hasUsers = try await site.accounts.hasUsers()
        let next = next.flatMap(Self.local)
        // After a wrong password it is the password that is to be typed again.
        let knowsName = problem != nil && request.form.filled("name") != nil
        let body = site.renderer.html(
            "sign-in",
            [
                "next": Filled(next), "problem": Filled(problem?.detail), "name": request.form["name"] ?? "",
                "isFirst": !hasUsers && site.provider == nil, "firstUser": site.configuration.firstUserCommand,
                "focusesName": site.provider == nil && !knowsName, "focusesPassword": site.provider == nil && knowsName,
                "formToken": PageRenderer.tokenPlaceholder,
                "provider": Filled(site.provider?.configuration.label),
                "providerPath": ProviderSignIn.path + (next.map { "?next=\(PercentEncoding.encoded($0))" } ?? ""),
            ])
        let view = site.renderer.view(
            title: "Sign in", mood: "", frame: PageFrame(), fragments: [RenderedView.Fragment(id: nil, html: body)])
        var response = site.renderer.response(view, request: request, status: problem?.status ?? .ok)
        response.headers[.cacheControl] = "no-store"
        if let seconds = problem?.headers[.retryAfter] { response.headers[.retryAfter] = seconds }
        return response
    }

    private static func leading(to next: String?) -> Response {
        Response(status: .seeOther, headers: [.location: next.flatMap(local) ?? "/", .cacheControl: "no-store"])
    }

    /// A path of ours, or nil: nobody is led to another site.
    static func local(_ text: String) -> String? {
        let bytes = Array(text.utf8)
        guard bytes.first == UInt8(ascii: "/"), bytes.count < 2000, bytes.dropFirst().first != UInt8(ascii: "/"),
            bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") })
        else { return nil }
        return text
    }
}
