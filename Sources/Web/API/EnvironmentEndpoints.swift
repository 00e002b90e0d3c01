internal import Hummingbird
internal import Plan
internal import Store

/// `/api/v1/environments`: what is deployed where, what was before, and the way back.
struct EnvironmentEndpoints: Sendable {
    private let site: WebSite

    init(_ site: WebSite) { self.site = site }

    func list(_ request: WebRequest) async throws -> Response {
        let repository = request.query.filled("repository")
        try await site.checkRepository(filter: repository)
        let found = try await site.environments(ofRepository: repository)
        return try JSONBody.response(
            EnvironmentListRepresentation(
                environments: found.map { EnvironmentRepresentation($0.state, rules: $0.rules) }))
    }

    func deployments(_ request: WebRequest) async throws -> Response {
        let query = try RunQuery(request.query, defaultLimit: 50)
        try await site.checkRepository(filter: request.parameter("name"))
        try await site.checkEnvironment(request.parameter("environment"), ofRepository: request.parameter("name"))
        let found = try await site.store.environmentDeployments(
            repository: request.parameter("name"), environment: request.parameter("environment"), before: query.before,
            limit: query.limit)
        let services = Dictionary(grouping: try await site.store.deployments(ofJobs: found.map(\.jobID)), by: \.jobID)
        return try JSONBody.response(
            EnvironmentHistoryRepresentation(
                deployments: found.map { EnvironmentDeploymentRepresentation($0, services: services[$0.jobID] ?? []) },
                next: found.count == query.limit ? found.last.map { String($0.id) } : nil))
    }

    func rollBack(_ request: WebRequest) async throws -> Response {
        struct Wish: Decodable { let reason: String? }
        let wish = try JSONBody.decode(Wish.self, members: ["reason"], from: request)
        let run = try await site.operations.restore(
            environmentDeployment: try request.id(), reason: try Self.reason(wish.reason), actor: request.actor)
        return try JSONBody.response(try await site.representation(of: run, attempt: nil), status: .accepted)
    }

    /// It goes around approvals: who does that says why.
    static func reason(_ text: String?) throws(WebProblem) -> String {
        guard let reason = try ApprovalEndpoints.comment(text) else {
            throw WebProblem(.unprocessableContent, "Say why: reason is what the record keeps.")
        }
        return reason
    }
}
