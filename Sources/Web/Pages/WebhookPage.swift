internal import HTTPTypes
internal import Hummingbird
internal import PercentCoding
internal import Store

/// `/webhooks/{name}`: what a program was told, and telling it again.
struct WebhookPage: Sendable {
    private let site: WebSite

    init(_ site: WebSite) { self.site = site }

    func show(_ request: WebRequest) async throws -> Response {
        let webhook = try await site.webhook(request.parameter("webhook"))
        let messages = try await site.store.outboxMessages(for: webhook.target, limit: OutwardEndpoints.limit)
        let body = site.renderer.html(
            "webhook",
            [
                "name": webhook.name, "problem": Filled(webhook.problem), "isEmpty": messages.isEmpty,
                "formToken": PageRenderer.tokenPlaceholder,
                "deliveries": messages.map { message -> PageValues in
                    [
                        "id": message.id, "event": message.event, "run": message.runID, "repository": message.repository,
                        "state": message.state.rawValue, "isOver": message.state != .pending,
                        "tries": message.tries == 1 ? "1 try" : "\(message.tries) tries", "answer": message.answer ?? "",
                        "delivery": message.delivery, "shortDelivery": String(message.delivery.prefix(8)),
                        "when": HTMLText.time(message.finishedAt ?? message.createdAt),
                    ]
                },
            ])
        let view = site.renderer.view(
            title: "Webhook \(webhook.name)", mood: "", frame: PageFrame(section: .audit),
            fragments: [RenderedView.Fragment(id: nil, html: body)])
        return site.renderer.response(view, request: request)
    }

    func redeliver(_ request: WebRequest) async throws -> Response {
        let message = try await site.operations.redeliver(message: try request.id(), actor: request.actor)
        let name = message.target.hasPrefix("webhook ") ? String(message.target.dropFirst(8)) : ""
        return Response(
            status: .seeOther, headers: [.location: name.isEmpty ? "/" : "/webhooks/\(PercentEncoding.encoded(name))"])
    }
}
