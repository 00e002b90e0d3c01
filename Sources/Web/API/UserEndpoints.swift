internal import Accounts
internal import Hummingbird
internal import Plan
internal import Store

/// `/api/v1/users`: who may sign in.
struct UserEndpoints: Sendable {
    private let site: WebSite

    init(_ site: WebSite) { self.site = site }

    func list(_ request: WebRequest) async throws -> Response {
        struct List: Codable { var users: [UserRepresentation] }
        return try JSONBody.response(List(users: try await site.accounts.users().map(UserRepresentation.init)))
    }

    func add(_ request: WebRequest) async throws -> Response {
        struct Wish: Decodable {
            let name: String
            let role: String
            var password: String?
            var teams: [String]?
        }
        let wish = try JSONBody.decode(Wish.self, members: ["name", "role", "password", "teams"], from: request)
        let user = try await site.accounts.addUser(
            named: wish.name, password: wish.password, role: try Self.role(wish.role), teams: Set(wish.teams ?? []),
            by: request.actor)
        return try JSONBody.response(UserRepresentation(user), status: .created)
    }

    func change(_ request: WebRequest) async throws -> Response {
        struct Wish: Decodable {
            var role: String?
            var teams: [String]?
            var disabled: Bool?
            var password: String?
        }
        let wish = try JSONBody.decode(Wish.self, members: ["role", "teams", "disabled", "password"], from: request)
        let name = request.parameter("user")
        let role = try wish.role.map { word throws(WebProblem) in try Self.role(word) }
        let user = try await site.accounts.change(
            user: name, role: role, teams: wish.teams.map { Set($0) }, isDisabled: wish.disabled,
            password: wish.password, by: request.actor)
        return try JSONBody.response(UserRepresentation(user))
    }

    func remove(_ request: WebRequest) async throws -> Response {
        try await site.accounts.remove(user: request.parameter("user"), by: request.actor)
        return Response(status: .noContent)
    }

    static func role(_ word: String) throws(WebProblem) -> Role {
        guard let role = Role(rawValue: word) else {
            throw WebProblem(.unprocessableContent, "A role is viewer, operator or admin, and not \"\(word.prefix(50))\".")
        }
        return role
    }
}

/// Somebody who may sign in.
public struct UserRepresentation: Codable, Sendable, Equatable {
    public var name: String
    /// `viewer`, `operator` or `admin`.
    public var role: String
    /// By which requests for approvals may name them, besides their name and role.
    public var teams: [String]
    public var isDisabled: Bool
    /// Whether they can sign in by a password.
    public var hasPassword: Bool
    /// The provider by which they sign in; nil: they are known here only.
    @Nullable public var issuer: String?
    public var createdAt: String
    @Nullable public var signedInAt: String?

    init(_ user: StoredUser) {
        name = user.name
        role = user.role.rawValue
        teams = user.teams.sorted()
        isDisabled = user.isDisabled
        hasPassword = user.passwordHash != nil
        issuer = user.identity?.issuer
        createdAt = TimeText.rfc3339(user.createdAt)
        signedInAt = user.signedInAt.map(TimeText.rfc3339)
    }
}
