internal import FoundationEssentials
internal import Hummingbird
internal import Plan
internal import Store

/// `/runs/{id}/timeline`: where the time of a run went.
struct TimelinePage: Sendable {
    private let site: WebSite

    init(_ site: WebSite) { self.site = site }

    func show(_ request: WebRequest) async throws -> Response {
        let id = try request.id()
        let attempt = request.query.filled("attempt").flatMap { Int($0) }
        return site.renderer.response(try await view(run: id, attempt: attempt), request: request)
    }

    func view(run id: Int64, attempt: Int?) async throws -> RenderedView {
        let count = site.changes.count(of: .run(id))
        // What runs grows without being told.
        return try await site.views.view("timeline/\(id)/\(attempt ?? 0)", count: count, maximumAge: .seconds(1)) {
            try await render(run: id, attempt: attempt)
        }
    }

    private func render(run id: Int64, attempt: Int?) async throws -> RenderedView {
        let newest = try await site.run(id)
        let run = try await site.run(newest, asOf: attempt)
        let jobs = try await site.store.jobs(ofRun: id, attempt: run.attempt == newest.attempt ? nil : run.attempt)
        let timeline = RunTimeline(run: run, jobs: jobs, steps: try await site.steps(of: jobs), now: Date())
        let mood = Mood(run)
        let fragment = site.renderer.fragment(
            "timeline", id: "timeline",
            [
                "id": run.id, "title": run.title, "badge": mood.badge, "mood": mood.name, "repository": run.repository,
                "repositoryPath": RepositoryPath.encoded(run.repository),
                "suffix": attempt.map { "?attempt=\($0)" } ?? "", "attempt": Filled(attempt.map(String.init)),
                "summary": Self.summary(timeline, run: run), "isEmpty": timeline.rows.isEmpty, "svg": timeline.svg,
                "rows": timeline.rows.map(Self.line),
            ])
        let suffix = attempt.map { "&attempt=\($0)" } ?? ""
        return site.renderer.view(
            title: "Timeline · run \(run.id)", mood: mood.name,
            frame: PageFrame(section: .runs, events: "page=timeline&run=\(id)\(suffix)"), fragments: [fragment])
    }

    private static func summary(_ timeline: RunTimeline, run: Run) -> String {
        let verb = run.status == .completed ? "took" : "has taken"
        var text = "It \(verb) \(TimeText.duration(timeline.length)) from its creation."
        let path = timeline.rows.filter(\.isCritical)
        guard let slowest = path.max(by: { $0.ran < $1.ran }) else { return text }
        text += " On the critical path \(slowest.job.name) ran longest, \(TimeText.duration(slowest.ran))"
        if let step = slowest.longest { text += ", most of it in \(step.name) (\(TimeText.duration(step.length)))" }
        return text + ". Jobs of the path waited \(TimeText.duration(timeline.waitedOnPath))."
    }

    private static func line(_ row: RunTimeline.Row) -> PageValues {
        [
            "id": row.job.id, "name": row.job.name, "icon": row.mood.icon, "isCritical": row.isCritical,
            "ready": TimeText.duration(row.ready), "waited": TimeText.duration(row.waited),
            "setUp": row.start == nil ? "" : TimeText.duration(row.setUp),
            "ran": row.start == nil ? "" : TimeText.duration(row.ran),
            "longest": Filled(row.longest.map { "\($0.name), \(TimeText.duration($0.length))" }),
            "step": row.longest?.stepNumber ?? 0,
        ]
    }
}
