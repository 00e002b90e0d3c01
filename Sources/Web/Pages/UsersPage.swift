internal import Accounts
internal import HTTPTypes
internal import Hummingbird
internal import PercentCoding
internal import Plan
internal import Store

/// `/users`: who may sign in, for admins.
struct UsersPage: Sendable {
    private let site: WebSite

    init(_ site: WebSite) { self.site = site }

    func show(_ request: WebRequest) async throws -> Response { try await page(request) }

    func add(_ request: WebRequest) async throws -> Response {
        let fields = request.form
        return try await doing(request) {
            _ = try await site.accounts.addUser(
                named: fields["user_name"] ?? "", password: fields["password"] ?? "",
                role: try UserEndpoints.role(fields["role"] ?? ""), teams: Self.teams(fields), by: request.actor)
        }
    }

    /// `role` and `teams`, which are separated by commas or spaces.
    func change(_ request: WebRequest) async throws -> Response {
        let fields = request.form
        return try await doing(request) {
            _ = try await site.accounts.change(
                user: request.parameter("user"), role: try UserEndpoints.role(fields["role"] ?? ""), teams: Self.teams(fields),
                by: request.actor)
        }
    }

    /// `disabled` is `true` or `false`.
    func setState(_ request: WebRequest) async throws -> Response {
        let word = request.form["disabled"] ?? ""
        return try await doing(request) {
            guard let isDisabled = Bool(word) else {
                throw WebProblem(.unprocessableContent, "disabled is true or false, and not \"\(word.prefix(50))\".")
            }
            _ = try await site.accounts.change(user: request.parameter("user"), isDisabled: isDisabled, by: request.actor)
        }
    }

    func setPassword(_ request: WebRequest) async throws -> Response {
        let password = request.form["password"] ?? ""
        return try await doing(request) {
            _ = try await site.accounts.change(user: request.parameter("user"), password: password, by: request.actor)
        }
    }

    func remove(_ request: WebRequest) async throws -> Response {
        let name = request.parameter("user")
        return try await doing(request, "?removed=\(PercentEncoding.encoded(name))") {
            try await site.accounts.remove(user: name, by: request.actor)
        }
    }

    private static func teams(_ fields: FormFields) -> Set<String> {
        Set((fields["teams"] ?? "").split { $0 == "," || $0 == " " }.map(String.init))
    }

    /// The page again: as it is then, or with what was wrong.
    /// - Parameter query: what the page then says of it.
    private func doing(
        _ request: WebRequest, _ query: String = "", _ work: () async throws -> Void
    ) async throws -> Response {
        do {
            try await work()
            return Response(status: .seeOther, headers: [.location: "/users\(query)"])
        } catch let error as AccountsError {
            return try await page(request, problem: WebProblem(error))
        } catch let problem as WebProblem {
            return try await page(request, problem: problem)
        }
    }

    private func page(_ request: WebRequest, problem: WebProblem? = nil) async throws -> Response {
        let found = try await site.accounts.users()
        let users = found.map(Self.values)
        // An address can be made up: it says nothing of who is still there, nor what no user is called.
        let removed = request.query.filled("removed").flatMap { name in
            name.count <= 64 && name.allSatisfy { $0.isLetter || $0.isNumber || "._-@".contains($0) }
                && !found.contains { $0.name == name } ? name : nil
        }
        let body = site.renderer.html(
            "users",
            [
                "problem": Filled(problem?.detail), "removed": Filled(problem == nil ? removed : nil), "users": users,
                "hasUsers": !users.isEmpty,
                "newName": request.form["user_name"] ?? "", "formToken": PageRenderer.tokenPlaceholder,
            ])
        let view = site.renderer.view(
            title: "Users", mood: "", frame: PageFrame(), fragments: [RenderedView.Fragment(id: nil, html: body)])
        var response = site.renderer.response(view, request: request, status: problem?.status ?? .ok)
        response.headers[.cacheControl] = "no-store"
        return response
    }

    private static func values(of user: StoredUser) -> PageValues {
        [
            "id": String(user.id), "name": user.name, "path": PercentEncoding.encoded(user.name),
            "roles": [Role.viewer, .operator, .admin].map { role -> PageValues in
                ["word": role.rawValue, "isChosen": role == user.role]
            },
            "role": user.role.rawValue, "issuer": Filled(user.identity?.issuer),
            "teams": user.teams.sorted().joined(separator: ", "), "isDisabled": user.isDisabled,
            "signedIn": user.signedInAt.map { HTMLText.time($0) } ?? "not yet", "formToken": PageRenderer.tokenPlaceholder,
        ]
    }
}
