internal import Hummingbird
internal import PercentCoding
internal import Plan
internal import Store

/// `/search`: runs by what is known of them, or by what their logs say.
struct SearchPage: Sendable {
    static let longestText = 400

    private let site: WebSite

    init(_ site: WebSite) { self.site = site }

    func show(_ request: WebRequest) async throws -> Response {
        let query = request.query
        let text = String((query["q"] ?? "").prefix(Self.longestText))
        let before = query.filled("before").flatMap { Int64($0) }
        let isLogs = query["in"] == "logs"
        var values: PageValues = [
            "text": text, "isLogs": isLogs, "isAsked": !text.isEmpty,
            "runsAddress": "/search?q=\(PercentEncoding.encoded(text))",
            "logsAddress": "/search?q=\(PercentEncoding.encoded(text))&in=logs",
        ]
        if !text.isEmpty {
            let found = isLogs ? try await logs(text, before: before) : try await runs(text, before: before)
            values.merge(found) { _, new in new }
        }
        let body = site.renderer.html("search", values)
        let view = site.renderer.view(
            title: text.isEmpty ? "Search" : "\(text) · Search", mood: "", frame: PageFrame(section: .search, search: text),
            fragments: [RenderedView.Fragment(id: nil, html: body)])
        return site.renderer.response(view, request: request)
    }

    private func runs(_ text: String, before: Int64?) async throws -> PageValues {
        let found = try await RunSearchResult(of: text, before: before, in: site.store)
        return [
            "direct": found.direct.map { RunRow.html([$0], showsRepository: true) } ?? "", "hasDirect": found.direct != nil,
            "rows": RunRow.html(found.runs, showsRepository: true, standing: try await site.standing(found.runs)),
            "hasRows": !found.runs.isEmpty,
            "problems": found.problems, "isEmpty": found.runs.isEmpty && found.direct == nil && found.next == nil,
            "isSparse": found.runs.isEmpty && found.next != nil,
            "hasOlder": found.next != nil,
            "older": found.next.map { "/search?q=\(PercentEncoding.encoded(text))&before=\($0)" } ?? "",
        ]
    }

    private func logs(_ text: String, before: Int64?) async throws -> PageValues {
        guard text.count >= RunLogSearch.shortestText else {
            return [
                "problems": ["A text to look for in logs has at least \(RunLogSearch.shortestText) characters."], "isLogs": true,
            ]
        }
        let result = try await RunLogSearch(site: site, text: text).run(before: before)
        return [
            "hasHits": !result.hits.isEmpty, "problems": [String](),
            "cut": Filled(result.cut == 0 ? nil : "Of \(result.cut) long logs only the beginning was read."),
            "searched": result.searched == 1 ? "1 run" : "\(result.searched) runs", "size": ByteCountText.text(result.bytes),
            "isDone": result.next == nil, "isEmpty": result.hits.isEmpty && result.next == nil,
            "hasOlder": result.next != nil,
            "older": result.next.map { "/search?q=\(PercentEncoding.encoded(text))&in=logs&before=\($0)" } ?? "",
            "hits": result.hits.map { hit -> PageValues in
                [
                    "row": RunRow.html([hit.run], showsRepository: true),
                    "jobs": hit.jobs.map { found -> PageValues in
                        [
                            "id": found.job.id, "name": found.job.name, "hasMore": found.isCut,
                            "attempt": Filled(hit.run.attempt > 1 ? "attempt \(found.job.attempt)" : nil),
                            "lines": found.matches.map { line -> PageValues in
                                ["line": line.line, "offset": line.offset, "text": line.text, "id": found.job.id]
                            },
                        ]
                    },
                ]
            },
        ]
    }
}
