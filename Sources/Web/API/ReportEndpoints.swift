internal import Hummingbird
internal import Plan
internal import Reports
internal import Store

/// `/api/v1/reports`: what jobs told of tests and coverage.
struct ReportEndpoints: Sendable {
    private let site: WebSite

    init(_ site: WebSite) { self.site = site }

    func list(_ request: WebRequest) async throws -> Response {
        let run = try await site.run(try request.id())
        let jobs = try await site.store.jobs(ofRun: run.id)
        let found = try await site.store.reports(ofJobs: jobs.map { $0.reusedFrom ?? $0.id })
        let reports = jobs.flatMap { found[$0.reusedFrom ?? $0.id] ?? [] }
        return try JSONBody.response(ReportListRepresentation(reports: reports.map { ReportRepresentation($0) }))
    }

    func get(_ request: WebRequest) async throws -> Response {
        let stored = try await site.report(try request.id())
        var representation = ReportRepresentation(stored)
        let content = await site.operations.content(of: stored)
        if stored.report.format.isCoverage {
            representation.files = (content?.files ?? []).map(ReportRepresentation.File.init)
        } else {
            let cases = (content?.cases ?? []).enumerated().sorted {
                ($0.element.status.rank, $0.offset) < ($1.element.status.rank, $1.offset)
            }
            representation.cases = cases.map { ReportRepresentation.Case($0.element) }
        }
        return try JSONBody.response(representation)
    }

    func trend(_ request: WebRequest) async throws -> Response {
        let stored = try await site.report(try request.id())
        let trend = try await site.store.trend(ofReport: stored.id)
        return try JSONBody.response(ReportListRepresentation(reports: trend.map { ReportRepresentation($0) }))
    }
}
