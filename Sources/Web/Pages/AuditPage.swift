internal import Hummingbird
internal import Store

/// `/audit`: who did what, and what was refused.
struct AuditPage: Sendable {
    private static let limit = 50

    private let site: WebSite

    init(_ site: WebSite) { self.site = site }

    func show(_ request: WebRequest) async throws -> Response {
        let before = request.query.filled("before").flatMap { Int64($0) }
        let entries = try await site.store.auditEntries(limit: Self.limit, before: before)
        let body = site.renderer.html(
            "audit",
            [
                "entries": entries.map { entry -> PageValues in
                    [
                        "when": HTMLText.time(entry.at), "actor": entry.actor, "action": entry.action,
                        "subject": entry.subject, "detail": entry.detail,
                    ]
                },
                "isEmpty": entries.isEmpty, "hasOlder": entries.count == Self.limit, "older": entries.last?.id ?? 0,
            ])
        let view = site.renderer.view(
            title: "Audit", mood: "", frame: PageFrame(section: .audit),
            fragments: [RenderedView.Fragment(id: nil, html: body)])
        return site.renderer.response(view, request: request)
    }
}
