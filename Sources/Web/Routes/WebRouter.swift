internal import Accounts
internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import NIOCore
internal import Plan

/// Finds a request's route, checks that its sender may use it, runs its handler, and turns every failure into an answer. It is the
/// only place where the route table's access is enforced.
struct WebRouter: Sendable {
    let site: WebSite
    let routes: [Route]

    init(site: WebSite, routes: [Route] = RouteTable.routes) {
        self.site = site
        self.routes = routes
    }

    /// Never throws but for a connection that broke while its body was read.
    func respond(to incoming: WebRequest) async throws -> Response {
        var request = incoming
        var response: Response
        do {
            response = try await route(&request)
        } catch let error as WebError {
            if case .connectionLost = error { throw error }
            response = answer(to: request, problem: WebProblem(error))
        } catch is CancellationError {
            response = answer(to: request, problem: WebProblem(.serviceUnavailable, "The server is stopping."))
        } catch {
            response = answer(to: request, problem: problem(of: error, request: request))
        }
        SecurityHeaders.add(to: &response)
        return request.method == .head ? response.createHeadResponse() : response
    }

    private func route(_ request: inout WebRequest) async throws -> Response {
        let route: Route
        do {
            (route, request.parameters) = try find(request)
        } catch {
            // The page that says so is the page of whoever asked.
            if request.prefersPage {
                // Where that can't be found out, the page is nobody's: what is told is that there is nothing.
                do { try await know(&request) } catch { request.logger.debug("who asked for what is not there: \(error)") }
            }
            throw error
        }
        try HostCheck(allowedHosts: site.configuration.allowedHosts).check(request, access: route.access)
        let callers = Callers(site)
        request.sender = callers.sender(of: request)
        request.caller = try await callers.caller(
            of: request, access: route.access, countsAsUse: !request.isUnattended)
        try callers.check(request.caller, access: route.access)
        request.mayGoOn = callers.recheck(of: request, access: route.access)
        if route.method != .get { request.body = try await body(of: request, access: route.access) }
        let token = FormToken.of(request)
        request.formToken = token.value
        if route.method != .get, route.access != .hook { try CrossSiteCheck.check(request, token: token) }
        var response = try await route.handler(site, request)
        // Set with the first page, so that its forms can be sent; Strict keeps it from requests of other sites.
        if token.isNew, response.headers[.contentType]?.hasPrefix("text/html") == true {
            response.headers.append(HTTPField(name: .setCookie, value: token.cookie))
        }
        return response
    }

    private func body(of request: WebRequest, access: RouteAccess) async throws -> [UInt8] {
        let isHook = access == .hook
        let budget = isHook ? site.hookBodies : site.bodies
        let sender = ClientAddress.network(of: request.sender)
        // Who may do more than look has shown it before the body is read; a forge's body is its proof.
        if !isHook, let actor = request.caller.actor, actor.proof != .none { budget.prove(sender) }
        return try await RequestBodyReader.bytes(
            of: request.request, limit: isHook ? site.configuration.webhookBodyLimit : site.configuration.bodyLimit,
            reservation: budget.reservation(for: sender))
    }

    /// Who asked for what is not there, so that the page about it has their name and their way out.
    private func know(_ request: inout WebRequest) async throws {
        let callers = Callers(site)
        request.sender = callers.sender(of: request)
        request.caller = try await callers.caller(of: request, access: .entry)
        request.formToken = FormToken.of(request).value
    }

    /// The first route that matches. A path that exists under another method is 405 and says which ones there are.
    private func find(_ request: WebRequest) throws(WebProblem) -> (Route, [String: String]) {
        let path = request.path.split(separator: "/", omittingEmptySubsequences: true)
        let method = request.method == .head ? HTTPRequest.Method.get : request.method
        var others: [String] = []
        for route in routes {
            guard let parameters = route.pattern.match(path) else { continue }
            if route.method == method { return (route, parameters) }
            others.append(route.method.rawValue)
        }
        guard others.isEmpty else {
            var problem = WebProblem(.methodNotAllowed, "\(request.path) does not answer \(request.method.rawValue).")
            problem.headers[.allow] = others.joined(separator: ", ")
            throw problem
        }
        throw WebProblem(.notFound, "There is nothing at \(request.path).")
    }

    private func problem(of error: any Error, request: WebRequest) -> WebProblem {
        switch error {
        case let problem as WebProblem: return problem
        case let error as OperationError: return WebProblem(error)
        case let error as AccountsError: return WebProblem(error)
        default:
            request.logger.error("\(request.method.rawValue) \(request.path) failed: \(error)")
            // The words may name files of the host: they are for those who have shown who they are.
            guard request.caller.actor != nil else {
                return WebProblem(.internalServerError, "The request failed; the daemon's log says why.")
            }
            return WebProblem(.internalServerError, "The request failed: \(error)")
        }
    }

    private func answer(to request: WebRequest, problem: WebProblem) -> Response {
        guard request.prefersPage else {
            do { return try problem.response() } catch {
                request.logger.error(
                    "\(request.method.rawValue) \(request.path): what went wrong can't be told as JSON: \(error)")
                return Response(status: problem.status, headers: [.cacheControl: "no-store"])
            }
        }
        if problem.status == .unauthorized { return SignInPage.redirect(from: request) }
        return ErrorPage(site).show(problem, request: request)
    }
}

/// Collects a request's body up to a bound.
enum RequestBodyReader {
    static func bytes(of request: Request, limit: Int, reservation: BodyBudget.Reservation) async throws -> [UInt8] {
        let tooLarge = WebProblem(.contentTooLarge, "The body is larger than \(limit) bytes.")
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limit { throw tooLarge }
        var bytes: [UInt8] = []
        var isRefused = false
        do {
            for try await part in request.body {
                guard bytes.count + part.readableBytes <= limit else { throw tooLarge }
                guard reservation.take(part.readableBytes) else {
                    isRefused = true
                    break
                }
                bytes += part.readableBytesView
            }
        } catch let problem as WebProblem {
            throw problem
        } catch {
            throw WebError.connectionLost(reason: "\(error)")
        }
        guard isRefused else { return bytes }
        var problem = WebProblem(.serviceUnavailable, "Too many large requests come at the same time: try again.")
        problem.headers[.retryAfter] = "10"
        throw problem
    }
}
