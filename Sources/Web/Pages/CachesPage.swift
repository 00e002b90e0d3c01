internal import Hummingbird
internal import PercentCoding
internal import Plan
internal import Store

/// `/repositories/{name}/caches`: what the jobs of a repository cached, and who may read it.
struct CachesPage: Sendable {
    private let site: WebSite

    init(_ site: WebSite) { self.site = site }

    func show(_ request: WebRequest) async throws -> Response {
        site.renderer.response(try await view(request.parameter("name")), request: request)
    }

    func view(_ name: String) async throws -> RenderedView {
        let count = site.changes.count(of: .repository(name))
        return try await site.views.view("caches/\(name)", count: count, maximumAge: .seconds(5)) { try await render(name) }
    }

    private func render(_ name: String) async throws -> RenderedView {
        let repository = try await site.repository(name)
        let entries = try await site.store.caches(of: repository.name)
        let path = RepositoryPath.encoded(name)
        let head = site.renderer.html("caches-head", ["name": name, "path": path])
        let size = entries.reduce(0) { $0 + $1.size }
        let list = site.renderer.fragment(
            "caches", id: "caches",
            [
                "isEmpty": entries.isEmpty, "count": entries.count == 1 ? "1 cache" : "\(entries.count) caches",
                "size": ByteCountText.text(size),
                "caches": entries.map { line($0, defaultBranch: repository.defaultBranch) },
            ])
        return site.renderer.view(
            title: "Caches of \(name)", mood: "",
            frame: PageFrame(
                section: .repositories, events: "page=caches&repository=\(PercentEncoding.encoded(name))"),
            fragments: [RenderedView.Fragment(id: nil, html: head), list])
    }

    private func line(_ entry: CacheEntry, defaultBranch: String?) -> PageValues {
        let ref = GitReference(entry.scope.ref)
        return [
            "id": entry.id, "key": entry.key, "ref": ref.shortName, "refKind": ref.kind, "isUntrusted": entry.scope.isUntrusted,
            "isShared": !entry.scope.isUntrusted && ref.branch != nil && ref.branch == defaultBranch,
            "size": ByteCountText.text(entry.size), "used": HTMLText.time(entry.usedAt),
            "created": HTMLText.time(entry.createdAt), "runID": entry.runID, "version": String(entry.version.prefix(12)),
        ]
    }
}
