internal import FoundationEssentials
internal import Hummingbird
internal import PercentCoding
internal import Store

/// `/audit`: who did what, and what was refused, filtered and in pages.
struct AuditPage: Sendable {
    private static let limit = 50

    private let site: WebSite

    init(_ site: WebSite) { self.site = site }

    func show(_ request: WebRequest) async throws -> Response {
        let query = try AuditQuery(request.query, defaultLimit: Self.limit)
        let page = try await site.store.auditPage(query.filter)
        let body = site.renderer.html("audit", try await values(query, page: page))
        let view = site.renderer.view(
            title: "Audit", mood: "", frame: PageFrame(section: .audit),
            fragments: [RenderedView.Fragment(id: nil, html: body)])
        return site.renderer.response(view, request: request)
    }

    private func values(_ query: AuditQuery, page: AuditEntries) async throws -> PageValues {
        var (newest, older) = (query, query)
        newest.before = nil
        older.before = page.next
        let chosen = query.action
        return [
            "entries": page.entries.map { entry -> PageValues in
                let (byActor, onSubject) = (AuditQuery(actor: entry.actor), AuditQuery(subject: entry.subject))
                return [
                    "when": HTMLText.time(entry.at), "actor": entry.actor, "action": entry.action,
                    "subject": entry.subject, "detail": entry.detail, "actorAddress": "/audit?\(byActor.encoded)",
                    "subjectAddress": "/audit?\(onSubject.encoded)",
                ]
            },
            "actions": try await site.store.auditedActions().map { action -> PageValues in
                ["value": action, "isChosen": action == chosen]
            },
            "actor": query.actor ?? "", "subject": query.subject ?? "", "from": query.fromDay ?? "", "to": query.toDay ?? "",
            "isFiltered": query.isFiltered, "isEmpty": page.entries.isEmpty && page.next == nil,
            "isSparse": page.entries.isEmpty && page.next != nil, "hasEntries": !page.entries.isEmpty,
            "hasOlder": page.next != nil, "older": "/audit?\(older.encoded)",
            "isOlder": query.before != nil, "newest": "/audit?\(newest.encoded)",
            "hasPages": page.next != nil || query.before != nil,
        ]
    }
}

/// The filters of the audit trail, as the query has them. Days are UTC, the last one whole.
struct AuditQuery: Sendable, Equatable {
    var actor: String?
    var action: String?
    var subject: String?
    var fromDay: String?
    var toDay: String?
    var before: Int64?
    var limit = 50

    init(actor: String? = nil, subject: String? = nil) {
        self.actor = actor
        self.subject = subject
    }

    init(_ query: FormFields, defaultLimit: Int) throws(WebProblem) {
        let paging = try RunQuery(FormFields(encoded: Self.pagingText(query)), defaultLimit: defaultLimit)
        (limit, before) = (paging.limit, paging.before)
        actor = query.filled("actor")
        action = query.filled("action")
        subject = query.filled("subject")
        fromDay = query.filled("from")
        toDay = query.filled("to")
        for day in [fromDay, toDay].compactMap({ $0 }) where Self.date(day) == nil {
            throw WebProblem(.badRequest, "from and to are days as 2026-01-31, not \"\(day)\".")
        }
    }

    var filter: AuditFilter {
        AuditFilter(
            actor: actor, action: action, subject: subject, from: fromDay.flatMap(Self.date),
            to: toDay.flatMap(Self.date).map { $0.addingTimeInterval(86_400) }, limit: limit, before: before)
    }

    var isFiltered: Bool { actor != nil || action != nil || subject != nil || fromDay != nil || toDay != nil }

    var encoded: String {
        let pairs = [
            ("actor", actor), ("action", action), ("subject", subject), ("from", fromDay), ("to", toDay),
            ("before", before.map(String.init)),
        ]
        return pairs.compactMap { name, value in value.map { "\(name)=\(PercentEncoding.encoded($0))" } }.joined(separator: "&")
    }

    private static func pagingText(_ query: FormFields) -> String {
        ["limit", "before"].compactMap { name in query.filled(name).map { "\(name)=\(PercentEncoding.encoded($0))" } }
            .joined(separator: "&")
    }

    private static func date(_ day: String) -> Date? {
        guard day.utf8.count == 10 else { return nil }
        return try? Date("\(day)T00:00:00Z", strategy: .iso8601)
    }
}
