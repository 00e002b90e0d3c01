internal import Hummingbird
internal import Plan

/// `/jobs/{id}/summary`: what the steps of one job wrote about their work, where a run's page has no room for it.
struct JobSummaryPage: Sendable {
    private let site: WebSite

    init(_ site: WebSite) { self.site = site }

    func show(_ request: WebRequest) async throws -> Response {
        let job = try await site.job(try request.id())
        let run = try await site.run(job.runID)
        guard let summary = await site.operations.summary(ofJob: job) else {
            throw WebProblem(.notFound, "Job \(job.id) has no summary.")
        }
        let body = site.renderer.html(
            "job-summary",
            [
                "name": job.name, "badge": Mood(job).badge, "jobID": job.id, "runID": run.id, "runTitle": run.title,
                "repository": run.repository,
                "repositoryPath": RepositoryPath.encoded(run.repository),
                "summary": [SummaryValues.values(summary, job: job, isShown: true)],
            ])
        let view = site.renderer.view(
            title: "Summary of \(job.name) · \(run.title)", mood: Mood(job).name, frame: PageFrame(section: .runs),
            fragments: [RenderedView.Fragment(id: nil, html: body)])
        return site.renderer.response(view, request: request)
    }

    /// `/api/v1/jobs/{id}/summary`: the whole of it, as it was written.
    func text(_ request: WebRequest) async throws -> Response {
        let job = try await site.job(try request.id())
        guard let path = await site.operations.summaryFile(ofJob: job) else {
            throw WebProblem(.notFound, "Job \(job.id) has no summary.")
        }
        return try await FileDownload(path: path, contentType: "text/plain; charset=utf-8").response()
    }
}
