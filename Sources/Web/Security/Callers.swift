internal import Accounts
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import Plan

/// Who sent a request, as far as they proved it.
struct Caller: Sendable {
    /// Nil: nobody knows, and such people may do nothing.
    var actor: Actor?
    /// What the token is for that came with the request; nil where none did.
    var scopes: Set<TokenScope>?
    /// The secret of the session that the request belongs to.
    var session: String?

    static let nobody = Caller()

    /// Whether they signed in with this browser.
    var isSignedIn: Bool { session != nil }
}

/// Finds out who sends requests, and whether they may.
struct Callers: Sendable {
    private let site: WebSite

    init(_ site: WebSite) { self.site = site }

    /// Where the request came from: what a trusted proxy says, else the connection's other end.
    ///
    /// Each proxy adds the address that it was asked from at the end of `X-Forwarded-For`; what stands before may be anybody's word.
    func sender(of request: WebRequest) -> String {
        guard request.origin == .network, let peer = request.channel.remoteAddress?.ipAddress else { return "" }
        var sender = ClientAddress.normalized(peer) ?? peer
        let trusted = site.configuration.trustedProxies
        guard trusted.contains(sender) else { return sender }
        let hops = request.headers[values: .forwardedFor].flatMap { $0.split(separator: ",") }
        for hop in hops.reversed() {
            guard let address = ClientAddress.normalized(hop.filter { $0 != " " }) else { return sender }
            sender = address
            guard trusted.contains(sender) else { return sender }
        }
        return sender
    }

    /// Who forwarded a request, or says so, where they are trusted for being on this machine alone: a job that has the host's
    /// network is there, too. Nil where the settings name whom they trust.
    func doubtfulRelay(of request: WebRequest) -> String? {
        guard !site.configuration.namesTrustedProxies, request.origin == .network,
            let peer = request.channel.remoteAddress?.ipAddress.flatMap(ClientAddress.normalized),
            site.configuration.trustedProxies.contains(peer), ClientAddress.isLoopback(peer)
        else { return nil }
        return peer
    }

    /// - Parameter countsAsUse: of the session: see `Accounts.actor`.
    /// - Throws: 401 for a token that is not good: it says why.
    func caller(of request: WebRequest, access: RouteAccess, countsAsUse: Bool = true) async throws -> Caller {
        switch access {
        case .hook, .open: return .nobody
        case .read, .change, .approve, .own, .admin, .entry: break
        }
        if request.origin == .operatorSocket { return Caller(actor: try await site.peers.actor(at: request.channel)) }
        if let secret = token(of: request), access.role != nil {
            let bearer = try await site.accounts.bearer(ofToken: secret)
            return Caller(actor: bearer.actor, scopes: bearer.scopes)
        }
        for secret in request.cookies(named: SecretCookie.session(site.configuration).name) {
            guard let actor = try await site.accounts.actor(ofSession: secret, countsAsUse: countsAsUse) else { continue }
            return Caller(actor: actor, session: secret)
        }
        return Caller(actor: site.configuration.anonymousRole.map(Actor.unknown))
    }

    /// Whether who asks may look at pages; for routes that answer everybody, but not all to everybody.
    func mayRead(_ request: WebRequest) async -> Bool {
        do {
            try HostCheck(allowedHosts: site.configuration.allowedHosts).check(request, access: .read)
            try check(try await caller(of: request, access: .read), access: .read)
            return true
        } catch {
            return false
        }
    }

    /// Asks anew whether the request would be let in: who signs out, is disabled or loses their role keeps no stream.
    func recheck(of request: WebRequest, access: RouteAccess) -> (@Sendable () async -> Bool)? {
        guard request.caller.isSignedIn || request.caller.scopes != nil else { return nil }
        let callers = self
        return {
            do {
                let caller = try await callers.caller(of: request, access: access, countsAsUse: false)
                try callers.check(caller, access: access)
                return true
            } catch let error as AccountsError where error.kind == .unavailable {
                // A store that is busy says nothing about who may.
                return true
            } catch {
                return false
            }
        }
    }

    /// What else an `Authorization` says is between the browser and a proxy.
    private func token(of request: WebRequest) -> String? {
        let words = (request.headers[.authorization] ?? "").split(separator: " ", maxSplits: 1)
        guard words.count == 2, words[0].lowercased() == "bearer" else { return nil }
        return words[1].filter { $0 != " " }
    }

    /// - Throws: 401 where nobody proved who they are, 403 where the one who did may not.
    func check(_ caller: Caller, access: RouteAccess) throws(WebProblem) {
        guard let role = access.role else { return }
        let isKnown = caller.actor.map { $0.proof != .none } ?? false
        guard let actor = caller.actor, isKnown || (actor.role >= role && access != .own) else {
            var problem = WebProblem(
                .unauthorized,
                "This is for users with the role \(role.rawValue): sign in at /sign-in, or send a token with Authorization: Bearer."
            )
            problem.headers[.wwwAuthenticate] = "Bearer"
            throw problem
        }
        guard actor.role >= role else {
            throw WebProblem(
                .forbidden,
                "This is for users with the role \(role.rawValue), and \(actor.name) has the role \(actor.role.rawValue)."
            )
        }
        guard let scopes = caller.scopes else { return }
        guard let scope = access.scope else {
            throw WebProblem(.forbidden, "This is not done by a token: sign in at /sign-in.")
        }
        guard scopes.allow(scope) else {
            throw WebProblem(
                .forbidden, "This needs a token with the scope \(scope.rawValue); \(actor.name) is for \(scopes.text).")
        }
    }
}

extension WebRequest {
    /// The values that the browser sent under a name; there may be several, of several paths and domains.
    func cookies(named name: String) -> [String] {
        headers[values: .cookie].flatMap { header in
            header.split(separator: ";").compactMap { part -> String? in
                let pair = part.split(separator: "=", maxSplits: 1).map { $0.filter { $0 != " " } }
                return pair.count == 2 && pair[0] == name ? pair[1] : nil
            }
        }
    }
}
