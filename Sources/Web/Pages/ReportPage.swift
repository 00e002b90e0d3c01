internal import Hummingbird
internal import Plan
internal import Reports
internal import Store

/// `/reports/{id}`: what one report says, test by test or file by file, and how it stood in earlier runs.
struct ReportPage: Sendable {
    /// Lines of one page; the API has the rest.
    private static let mostLines = 1000
    private static let mostOutputs = 100

    private let site: WebSite

    init(_ site: WebSite) { self.site = site }

    func show(_ request: WebRequest) async throws -> Response {
        let stored = try await site.report(try request.id())
        let run = try await site.run(stored.runID)
        let job = try await site.job(stored.jobID)
        let content = await site.operations.content(of: stored)
        let trend = try await site.store.trend(ofReport: stored.id)
        let report = stored.report
        let chart = TrendChart(trend, shown: stored.id)
        var values: PageValues = [
            "name": report.name, "kind": ReportText.kind(report), "mood": ReportText.mood(report),
            "numbers": ReportText.numbers(report), "seconds": Filled(report.tests.map { ReportText.seconds($0.seconds) }),
            "format": report.format.shortName, "runID": run.id, "runTitle": run.title, "repository": run.repository,
            "repositoryPath": RepositoryPath.encoded(run.repository), "job": job.name, "jobID": job.id,
            "created": HTMLText.time(report.createdAt), "branch": Filled(run.branch), "chart": chart.svg,
            "hasChart": !chart.isEmpty, "trend": trend.map(Self.trendLine), "isGone": content == nil,
            "isCut": report.isCut, "isCoverage": report.format.isCoverage,
        ]
        if let content { values.merge(Self.values(of: content, report: stored.id)) { _, new in new } }
        let body = site.renderer.html("report", values)
        let view = site.renderer.view(
            title: "\(report.name) · run \(run.id)", mood: "", frame: PageFrame(section: .runs),
            fragments: [RenderedView.Fragment(id: nil, html: body)])
        return site.renderer.response(view, request: request)
    }

    private static func trendLine(_ stored: StoredReport) -> PageValues {
        [
            "id": stored.id, "runID": stored.runID, "numbers": ReportText.numbers(stored.report),
            "seconds": ReportText.seconds(stored.report.tests?.seconds), "created": HTMLText.time(stored.report.createdAt),
        ]
    }

    private static func values(of content: ReportContent, report: Int64) -> PageValues {
        let bad = content.cases.filter(\.status.isBad)
        let rest = content.cases.filter { !$0.status.isBad }.sorted { $0.status.rank < $1.status.rank }
        let files = content.files.sorted { ($0.counts.lineRate ?? 1, $0.path) < ($1.counts.lineRate ?? 1, $1.path) }
        return [
            "bad": bad.prefix(mostLines).enumerated().map { caseValues($1, report: report, withOutput: $0 < mostOutputs) },
            "hasBad": !bad.isEmpty, "badCount": bad.count,
            "rest": rest.prefix(mostLines).map { caseValues($0, report: report, withOutput: false) }, "hasRest": !rest.isEmpty,
            "restCount": rest.count == 1 ? "1 other test" : "\(rest.count) other tests", "restIsOpen": bad.isEmpty,
            "files": files.prefix(mostLines).map(fileValues), "hasFiles": !files.isEmpty,
            "fileCount": files.count == 1 ? "1 file" : "\(files.count) files",
            "isShortened": bad.count > mostLines || rest.count > mostLines || files.count > mostLines, "mostLines": mostLines,
        ]
    }

    private static func caseValues(_ test: TestCase, report: Int64, withOutput: Bool) -> PageValues {
        [
            "suite": Filled(test.suite), "name": test.name,
            "address": TestHistoryPage.address(report: report, suite: test.suite, name: test.name),
            "status": test.status == .error ? "broken" : test.status.rawValue,
            "seconds": ReportText.seconds(test.seconds), "message": Filled(test.message),
            "output": Filled(withOutput ? test.output : nil),
        ]
    }

    private static func fileValues(_ file: CoveredFile) -> PageValues {
        let counts = file.counts
        return [
            "path": file.path, "rate": counts.lineRate.map { PercentText.text($0) } ?? "", "covered": counts.linesCovered,
            "lines": counts.lines, "hasLines": counts.lines > 0,
            "branches": counts.branchRate.map { "\(PercentText.text($0)) % of \(counts.branches)" } ?? "–",
        ]
    }
}

extension WebSite {
    func report(_ id: Int64) async throws -> StoredReport {
        guard let found = try await store.report(id) else { throw WebProblem(.notFound, "There is no report \(id).") }
        return found
    }
}
