internal import Hummingbird
internal import Store

/// The audit, and what only the operator socket answers: secrets and the settings.
struct AdministrationEndpoints: Sendable {
    private let site: WebSite

    init(_ site: WebSite) { self.site = site }

    func audit(_ request: WebRequest) async throws -> Response {
        struct List: Codable {
            var entries: [AuditRepresentation]
            @Nullable var next: String?
        }
        let page = try await site.store.auditPage(try AuditQuery(request.query, defaultLimit: 50).filter)
        return try JSONBody.response(
            List(entries: page.entries.map(AuditRepresentation.init), next: page.next.map { String($0) }))
    }

    func secrets(_ request: WebRequest) async throws -> Response {
        struct List: Codable { var secrets: [SecretRepresentation] }
        return try JSONBody.response(List(secrets: try await site.operations.secrets().map(SecretRepresentation.init)))
    }

    /// `{"value":…}`, and `?repository=` for a secret of one repository, with `&environment=` of one of its environments.
    func setSecret(_ request: WebRequest) async throws -> Response {
        struct Wish: Decodable { let value: String }
        let wish = try JSONBody.decode(Wish.self, members: ["value"], from: request)
        try await site.operations.setSecret(
            named: request.parameter("secret"), scope: try Self.scope(of: request), value: wish.value, actor: request.actor)
        return Response(status: .noContent)
    }

    func removeSecret(_ request: WebRequest) async throws -> Response {
        try await site.operations.removeSecret(
            named: request.parameter("secret"), scope: try Self.scope(of: request), actor: request.actor)
        return Response(status: .noContent)
    }

    private static func scope(of request: WebRequest) throws(WebProblem) -> SecretScope {
        let scope = SecretScope(
            repository: request.query.filled("repository"), environment: request.query.filled("environment"))
        guard scope.environment == nil || scope.repository != nil else {
            throw WebProblem(.badRequest, "An environment belongs to a repository: give repository as well.")
        }
        return scope
    }

    func reload(_ request: WebRequest) async throws -> Response {
        let reload = try await site.operations.reload(actor: request.actor)
        return try JSONBody.response(
            ReloadRepresentation(
                restartRequired: reload.keysNeedingRestart, diagnostics: reload.warnings.map(DiagnosticRepresentation.init)))
    }
}

/// What came of reading the settings again.
public struct ReloadRepresentation: Codable, Sendable, Equatable {
    /// The keys that have changed, and are in force only after a restart.
    public var restartRequired: [String]
    /// Warnings about the file.
    public var diagnostics: [DiagnosticRepresentation]
}

/// A secret without its value.
public struct SecretRepresentation: Codable, Sendable, Equatable {
    public var name: String
    /// Null: for every repository.
    @Nullable public var repository: String?
    /// Null: for all jobs of the repository.
    @Nullable public var environment: String?
    @Nullable public var updatedAt: String?

    init(_ secret: SecretDescription) {
        name = secret.name
        repository = secret.repository
        environment = secret.environment
        updatedAt = secret.updatedAt
    }
}
