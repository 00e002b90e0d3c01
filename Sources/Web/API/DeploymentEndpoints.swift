internal import Hummingbird
internal import Plan
internal import Store

/// `/api/v1/deployments`: what services were given to run, and back.
struct DeploymentEndpoints: Sendable {
    private let site: WebSite

    init(_ site: WebSite) { self.site = site }

    func list(_ request: WebRequest) async throws -> Response {
        let run = try await site.run(try request.id())
        let found = try await site.store.deployments(ofRun: run.id)
        return try JSONBody.response(DeploymentListRepresentation(deployments: found.map(DeploymentRepresentation.init)))
    }

    /// `{"reason":"…"|null}`, or no body.
    func rollBack(_ request: WebRequest) async throws -> Response {
        struct Wish: Decodable { let reason: String? }
        let wish = try JSONBody.decode(Wish.self, members: ["reason"], from: request)
        let reason = try ApprovalEndpoints.comment(wish.reason)
        let run = try await site.operations.rollBack(deployment: try request.id(), reason: reason, actor: request.actor)
        return try JSONBody.response(try await site.representation(of: run, attempt: nil), status: .accepted)
    }
}
