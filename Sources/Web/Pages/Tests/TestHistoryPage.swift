internal import Hummingbird
internal import PercentCoding
internal import Plan
internal import Reports
internal import Store

/// `/reports/{id}/test?suite=&name=`: one test over the runs of a branch.
struct TestHistoryPage: Sendable {
    private static let runs = 30

    private let site: WebSite

    init(_ site: WebSite) { self.site = site }

    static func address(report: Int64, suite: String, name: String) -> String {
        "/reports/\(report)/test?suite=\(PercentEncoding.encoded(suite))&name=\(PercentEncoding.encoded(name))"
    }

    func show(_ request: WebRequest) async throws -> Response {
        let stored = try await site.report(try request.id())
        let (suite, name) = (request.query["suite"] ?? "", request.query["name"] ?? "")
        let run = try await site.run(stored.runID)
        var lines: [PageValues] = []
        var counts: (good: Int, bad: Int) = (0, 0)
        for report in try await site.store.trend(ofReport: stored.id, limit: Self.runs) {
            let found = await test(suite: suite, name: name, in: report)
            if found.test?.status == .passed { counts.good += 1 }
            if found.test?.status.isBad ?? false { counts.bad += 1 }
            lines.append(try await line(found.test, isGone: found.isGone, in: report))
        }
        guard counts.good + counts.bad > 0 || lines.contains(where: { $0["isKnown"] as? Bool ?? false }) else {
            throw WebProblem(.notFound, "Report \(stored.id) and those before it have no test \"\(name)\".")
        }
        let body = site.renderer.html(
            "test-history",
            [
                "suite": Filled(suite), "name": name, "reportID": stored.id, "report": stored.report.name, "runID": run.id,
                "repository": run.repository, "repositoryPath": RepositoryPath.encoded(run.repository),
                "branch": Filled(run.branch),
                "summary": "\(counts.bad) failed and \(counts.good) passed of the last \(lines.count) runs",
                "lines": lines,
            ])
        let view = site.renderer.view(
            title: "\(name) · test", mood: "", frame: PageFrame(section: .runs),
            fragments: [RenderedView.Fragment(id: nil, html: body)])
        return site.renderer.response(view, request: request)
    }

    private func test(suite: String, name: String, in report: StoredReport) async -> (test: TestCase?, isGone: Bool) {
        guard let content = await site.operations.content(of: report) else { return (nil, true) }
        return (content.cases.first { $0.suite == suite && $0.name == name }, false)
    }

    private func line(_ test: TestCase?, isGone: Bool, in report: StoredReport) async throws -> PageValues {
        let run = try await site.store.run(report.runID)
        let word = isGone ? "details are gone" : test.map { $0.status == .error ? "broken" : $0.status.rawValue } ?? "not in it"
        let mood = test.map { $0.status.isBad ? "failure" : $0.status == .passed ? "success" : "skipped" } ?? "none"
        return [
            "isKnown": test != nil, "reportID": report.id, "runID": report.runID,
            "commit": run.map { String($0.commit.prefix(8)) } ?? "",
            "title": run?.title ?? "", "word": word,
            "icon": mood == "none" ? "" : Mood(name: mood, label: word).icon, "seconds": ReportText.seconds(test?.seconds),
            "message": Filled(test?.message.map { String($0.prefix(400)) }), "when": HTMLText.time(report.report.createdAt),
        ]
    }
}
