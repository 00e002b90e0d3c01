internal import Hummingbird
internal import PercentCoding
internal import Plan
internal import Store

/// `/runs`: all runs, filtered and in pages.
struct RunsPage: Sendable {
    private let site: WebSite

    init(_ site: WebSite) { self.site = site }

    func show(_ request: WebRequest) async throws -> Response {
        let query = try RunQuery(request.query, defaultLimit: 30)
        try await site.checkRepository(filter: query.repository)
        return site.renderer.response(try await view(query), request: request)
    }

    func view(_ query: RunQuery) async throws -> RenderedView {
        let topic = query.repository.map(Topic.repository) ?? .everything
        let count = site.changes.count(of: topic)
        return try await site.views.view("runs?\(query.encoded)", count: count) { try await render(query) }
    }

    private func render(_ query: RunQuery) async throws -> RenderedView {
        let page = try await site.store.runs(query.filter)
        var older = query
        older.before = page.next
        var newest = query
        newest.before = nil
        let repositories = await site.operations.repositories().map(\.name)
        let list = site.renderer.fragment(
            "runs-list", id: "runs-list",
            [
                "rows": RunRow.html(page.runs, showsRepository: true, standing: try await site.standing(page.runs)),
                "isEmpty": page.runs.isEmpty,
                "older": page.next == nil ? "" : "/runs?\(older.encoded)", "hasOlder": page.next != nil,
                "newest": "/runs?\(newest.encoded)", "isOlder": query.before != nil,
                "hasPages": page.next != nil || query.before != nil,
            ])
        let filters = site.renderer.html(
            "runs-filter",
            [
                "repositories": Self.options(repositories.map { ($0, $0) }, chosen: query.repository),
                "states": Self.options(Self.states, chosen: query.status?.rawValue ?? query.conclusion?.rawValue),
                "branch": query.branch ?? "", "workflow": query.workflow ?? "", "isFiltered": query.isFiltered,
            ])
        // Older pages stay as they are while someone reads them.
        let events = query.before == nil ? "page=runs&" + query.encoded : nil
        return site.renderer.view(
            title: query.repository.map { "Runs of \($0)" } ?? "Runs", mood: page.runs.first.map { Mood($0).name } ?? "",
            frame: PageFrame(section: .runs, events: events), fragments: [RenderedView.Fragment(id: nil, html: filters), list])
    }

    private static let states: [(String, String)] =
        [Status.queued, .waiting, .running].map { ($0.rawValue, Mood(status: $0, conclusion: nil).label) }
        + Conclusion.allCases.map { ($0.rawValue, Mood(status: .completed, conclusion: $0).label) }

    private static func options(_ values: [(String, String)], chosen: String?) -> [PageValues] {
        values.map { ["value": $0.0, "label": $0.1, "isChosen": $0.0 == chosen] }
    }
}

extension RunQuery {
    var isFiltered: Bool {
        repository != nil || status != nil || conclusion != nil || branch != nil || workflow != nil
    }

    /// As a query string that yields the same again.
    var encoded: String {
        var pairs: [(String, String)] = []
        if let repository { pairs.append(("repository", repository)) }
        if let word = status?.rawValue ?? conclusion?.rawValue { pairs.append(("status", word)) }
        if let branch { pairs.append(("branch", branch)) }
        if let workflow { pairs.append(("workflow", workflow)) }
        if limit != 30 { pairs.append(("limit", String(limit))) }
        if let before { pairs.append(("before", String(before))) }
        return pairs.map { "\($0.0)=\(PercentEncoding.encoded($0.1))" }.joined(separator: "&")
    }
}
