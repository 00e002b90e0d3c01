internal import Accounts
internal import FoundationEssentials
internal import Hummingbird
internal import Plan
internal import Store

/// `/api/v1/tokens`: with what programs come in a user's name. One's own; an admin may name another user.
struct TokenEndpoints: Sendable {
    private let site: WebSite

    init(_ site: WebSite) { self.site = site }

    func list(_ request: WebRequest) async throws -> Response {
        struct List: Codable { var tokens: [TokenRepresentation] }
        let owner = try Self.owner(request.query.filled("user"), of: request)
        let tokens = try await site.accounts.tokens(ofUser: owner)
        return try JSONBody.response(List(tokens: tokens.map { TokenRepresentation($0, at: Date()) }))
    }

    func create(_ request: WebRequest) async throws -> Response {
        struct Wish: Decodable {
            let name: String
            let scopes: [String]
            /// Seconds; without it until it is revoked.
            var lifetime: Double?
            var user: String?
        }
        let wish = try JSONBody.decode(Wish.self, members: ["name", "scopes", "lifetime", "user"], from: request)
        let made = try await site.accounts.createToken(
            named: wish.name, ofUser: try Self.owner(wish.user, of: request), scopes: try Self.scopes(wish.scopes),
            lifetime: wish.lifetime, by: request.actor)
        return try JSONBody.response(
            NewTokenRepresentation(secret: made.secret, token: TokenRepresentation(made.token, at: Date())), status: .created)
    }

    func revoke(_ request: WebRequest) async throws -> Response {
        try await site.accounts.revokeToken(try request.id(), by: request.actor)
        return Response(status: .noContent)
    }

    /// - Throws: forbidden where an admin is needed.
    private static func owner(_ name: String?, of request: WebRequest) throws(WebProblem) -> String {
        let actor = request.actor
        // A user of the host is nobody here, also where the names are the same.
        let own = actor.proof == .signIn ? actor.account : nil
        guard let name = name ?? own else {
            throw WebProblem(.badRequest, "Name the user whose tokens are meant: on the operator socket nobody has any.")
        }
        guard name.lowercased() == own?.lowercased() || actor.role == .admin else {
            throw WebProblem(
                .forbidden, "Tokens of others are an admin's matter, and \(actor.name) has the role \(actor.role.rawValue).")
        }
        return name
    }

    static func scopes(_ words: [String]) throws(WebProblem) -> Set<TokenScope> {
        var scopes: Set<TokenScope> = []
        for word in words {
            guard let scope = TokenScope(rawValue: word) else {
                throw WebProblem(.unprocessableContent, "A scope is read, run, approve or admin, and not \"\(word.prefix(50))\".")
            }
            scopes.insert(scope)
        }
        return scopes
    }
}

/// A token without what opens doors.
public struct TokenRepresentation: Codable, Sendable, Equatable {
    public var id: String
    public var name: String
    /// Of `read`, `run`, `approve` and `admin`.
    public var scopes: [String]
    /// `good`, `expired` or `revoked`.
    public var state: String
    public var createdAt: String
    /// Null: never.
    @Nullable public var expiresAt: String?
    /// To some minutes.
    @Nullable public var usedAt: String?

    init(_ token: StoredToken, at now: Date) {
        id = String(token.id)
        name = token.name
        scopes = TokenScope.allCases.filter(token.knownScopes.contains).map(\.rawValue)
        state = token.revokedAt != nil ? "revoked" : token.isGood(at: now) ? "good" : "expired"
        createdAt = TimeText.rfc3339(token.createdAt)
        expiresAt = token.expiresAt.map(TimeText.rfc3339)
        usedAt = token.usedAt.map(TimeText.rfc3339)
    }
}

/// A token that was just made.
public struct NewTokenRepresentation: Codable, Sendable, Equatable {
    /// What a program sends. It is never told again.
    public var secret: String
    public var token: TokenRepresentation
}
