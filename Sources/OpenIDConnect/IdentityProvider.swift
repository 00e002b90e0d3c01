public import FoundationEssentials
internal import HTTPTransport
internal import Signing
internal import Synchronization

/// What the browser brings back from the provider, or the provider's refusal.
public struct ProviderAnswer: Sendable {
    public var code: String?
    public var state: String?
    public var error: String?
    public var errorDescription: String?
    /// Who answers, where they say so.
    public var issuer: String?

    public init(code: String?, state: String?, error: String?, errorDescription: String?, issuer: String?) {
        self.code = code
        self.state = state
        self.error = error
        self.errorDescription = errorDescription
        self.issuer = issuer
    }
}

/// The provider of identities by which people sign in: the authorization code flow of OpenID Connect with PKCE.
///
/// `begin` says where to send a browser and what it has to keep; when it comes back, `ticket` finds what belongs to its answer, and
/// `prove` asks the provider who that is. Nothing is asked before the first sign-in: a provider that is down hinders nobody else.
public final class IdentityProvider: Sendable {
    /// People who are being asked for at a time: each is a request that we make for somebody who is not known yet.
    private static let mostAtOnce = 16
    /// Seconds after which the keys may be asked for again because of a key that is not known.
    private static let keyPause = 60.0

    public let configuration: ProviderConfiguration
    private let connection = ProviderConnection()
    private let now: @Sendable () -> Date
    private let documents: Remembered<ProviderDocument>
    private let keySets: Remembered<KeySet>
    private let underWay = Mutex(0)

    /// - Parameter report: told when the provider can't be asked what it is, or for its keys.
    public init(
        _ configuration: ProviderConfiguration, now: @escaping @Sendable () -> Date,
        report: @escaping @Sendable (String) -> Void
    ) {
        self.configuration = configuration
        self.now = now
        documents = Remembered(lifetime: 3600, now: now, report: report)
        keySets = Remembered(lifetime: 3600, now: now, report: report)
    }

    /// - Parameter next: where the person wants to go after it.
    /// - Returns: what the browser keeps, and where it goes.
    public func begin(next: String?) async throws(OpenIDConnectError) -> (ticket: SignInTicket, address: String) {
        let document = try await document()
        let ticket = try SignInTicket(next: next, now: now())
        let scopes = ["openid"] + configuration.scopes.filter { $0 != "openid" }
        let address = document.authorization.adding([
            ("response_type", "code"), ("client_id", configuration.clientID), ("redirect_uri", configuration.redirectURL),
            ("scope", scopes.joined(separator: " ")), ("state", ticket.state), ("nonce", ticket.nonce),
            ("code_challenge", ticket.challenge), ("code_challenge_method", "S256"),
        ])
        return (ticket, address)
    }

    /// The ticket that an answer belongs to.
    ///
    /// - Parameter tickets: that the browser has kept.
    /// - Throws: stale where it has none for it: somebody else's answer, say, that it was led to.
    public func ticket(of answer: ProviderAnswer, among tickets: [String]) throws(OpenIDConnectError) -> SignInTicket {
        let state = answer.state ?? ""
        let mine = tickets.compactMap { SignInTicket($0) }.first { constantTimeEquals($0.state, state) }
        guard let mine, mine.isGood(at: now()) else {
            let reason = mine == nil ? "does not belong to a sign-in that this browser began" : "came too late"
            throw OpenIDConnectError(
                .stale,
                "What the provider sent back \(reason), so nobody was signed in. Begin again, in one tab, at the address"
                    + " \(configuration.pageURL).")
        }
        return mine
    }

    /// Who came back.
    public func prove(_ answer: ProviderAnswer, with ticket: SignInTicket) async throws(OpenIDConnectError) -> ProvenPerson {
        let document = try await document()
        guard answer.issuer?.isExactly(configuration.issuer) == true || (answer.issuer == nil && !document.namesIssuer) else {
            throw OpenIDConnectError(
                .untrusted, "The answer is of \(answer.issuer?.quoted ?? "nobody"), and not of \(configuration.issuer).")
        }
        if let error = answer.error { throw Self.denial(error, answer.errorDescription) }
        guard let code = answer.code, !code.isEmpty, code.utf8.count <= 4096 else {
            throw OpenIDConnectError(.untrusted, "The provider sent no code back: begin again.")
        }
        let isTaken = underWay.withLock { count -> Bool in
            guard count < Self.mostAtOnce else { return false }
            count += 1
            return true
        }
        guard isTaken else {
            throw OpenIDConnectError(.busy, "Too many people sign in at this moment: try again in 10 seconds.")
        }
        defer { underWay.withLock { $0 -= 1 } }
        let exchange = ProviderExchange(configuration: configuration, document: document, connection: connection)
        let tokens = try await exchange.tokens(for: code, ticket: ticket)
        let token = try SignedToken(tokens.id)
        try await checkSignature(of: token, document)
        let rules = IDTokenRules(
            issuer: configuration.issuer, clientID: configuration.clientID, nonce: ticket.nonce, now: now())
        let subject = try rules.check(token.claims, accessToken: tokens.access)
        var claims = token.claims
        if configuration.rules.lacks(claims), let address = document.userInfo, let access = tokens.access {
            claims = claims.adding(try await exchange.userInfo(at: address, of: subject, bearer: access))
        }
        return ProvenPerson(
            issuer: configuration.issuer, subject: subject, name: configuration.rules.name(of: claims),
            grant: configuration.rules.grant(to: claims))
    }

    private func checkSignature(of token: SignedToken, _ document: ProviderDocument) async throws(OpenIDConnectError) {
        var keys = try await keys(document).candidates(for: token)
        // A key that is not known may be new, but whoever makes keys up does not have us ask for each.
        if keys.isEmpty { keys = try await self.keys(document, atMost: Self.keyPause).candidates(for: token) }
        guard !keys.isEmpty else { throw SignedToken.untrusted("the provider has no key like the one that it names (kid)") }
        guard try token.isSigned(byOneOf: keys) else { throw SignedToken.untrusted("the provider did not sign it") }
    }

    private func document() async throws(OpenIDConnectError) -> ProviderDocument {
        let issuer = configuration.issuer
        let connection = connection
        return try await documents.value { () async throws(OpenIDConnectError) -> ProviderDocument in
            guard let address = ProviderDocument.address(of: issuer) else {
                throw OpenIDConnectError(.misconfigured, "The issuer \(issuer) is no https address.")
            }
            let answer = try await connection.get(address)
            return try ProviderDocument(json: try ProviderConnection.body(of: answer, from: address), issuer: issuer)
        }
    }

    private func keys(_ document: ProviderDocument, atMost age: Double? = nil) async throws(OpenIDConnectError) -> KeySet {
        let connection = connection
        let address = document.keys
        return try await keySets.value(atMost: age) { () async throws(OpenIDConnectError) -> KeySet in
            let answer = try await connection.get(address)
            guard let keys = KeySet(json: try ProviderConnection.body(of: answer, from: address)) else {
                throw OpenIDConnectError(.unavailable, "What is at \(address.text) are no keys of the provider.")
            }
            return keys
        }
    }

    private static func denial(_ error: String, _ description: String?) -> OpenIDConnectError {
        let words = description.map { " It says: \"\($0.quoted)\"." } ?? ""
        switch error {
        case "access_denied":
            return OpenIDConnectError(.denied, "The provider did not let you in (access_denied), or you said no there.\(words)")
        case "temporarily_unavailable", "server_error":
            return OpenIDConnectError(.unavailable, "The provider can't sign anybody in now (\(error)): try again later.\(words)")
        case "invalid_scope", "unauthorized_client", "invalid_request", "unsupported_response_type":
            return OpenIDConnectError(
                .misconfigured,
                "The provider does not take our request (\(error)).\(words) An admin has to look at web.openid_connect, and at what the"
                    + " provider knows of this client.")
        default: return OpenIDConnectError(.denied, "The provider did not sign you in (\(error.quoted)).\(words)")
        }
    }
}
