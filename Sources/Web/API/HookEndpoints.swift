internal import Accounts
internal import HTTPTypes
internal import Hummingbird

/// `/hooks/{forge}`: passes a delivery on as it came.
struct HookEndpoints: Sendable {
    private static let forges: Set<String> = ["github", "gitlab", "gitea", "forgejo"]

    private let site: WebSite

    init(_ site: WebSite) { self.site = site }

    func receive(_ request: WebRequest) async throws -> Response {
        struct Answer: Codable {
            var message: String
            @Nullable var delivery: String?
        }
        let forge = request.parameter("forge")
        guard Self.forges.contains(forge) else {
            throw WebProblem(.notFound, "There is no forge \"\(forge)\"; it is github, gitlab or gitea.")
        }
        var headers: [String: String] = [:]
        for field in request.headers { headers[field.name.canonicalName] = field.value }
        let reply = try await site.operations.receive(
            webhook: IncomingWebhook(
                forge: forge == "forgejo" ? "gitea" : forge, repositoryName: request.parameters["name"],
                headers: headers, body: request.body, sender: request.sender))
        guard (200...299).contains(reply.status) else {
            throw WebProblem(HTTPResponse.Status(code: reply.status), reply.message)
        }
        site.hookBodies.prove(ClientAddress.network(of: request.sender))
        return try JSONBody.response(
            Answer(message: reply.message, delivery: reply.deliveryID), status: HTTPResponse.Status(code: reply.status))
    }
}
