internal import Hummingbird
internal import Plan
internal import Reports
internal import Store

/// `/repositories/{name}/flaky`: the tests of a repository that say something else of the same code.
struct FlakyTestsPage: Sendable {
    /// Reports that are compared, and tests that are listed.
    private static let window = 500
    private static let mostTests = 50

    private let site: WebSite

    init(_ site: WebSite) { self.site = site }

    func show(_ request: WebRequest) async throws -> Response {
        let repository = try await site.repository(request.parameter("name"))
        let reports = try await site.store.testReports(of: repository.name, limit: Self.window)
        // Which tests are flaky changes with a report alone; to look at the details of many takes its time.
        let newest = UInt64(clamping: reports.first?.stored.id ?? 0)
        let view = try await site.views.view("flaky/\(repository.name)", count: newest) {
            try await render(repository.name, reports: reports)
        }
        return site.renderer.response(view, request: request)
    }

    private func render(_ name: String, reports: [TestReport]) async throws -> RenderedView {
        var confirmed: [FlakyTests.Finding] = []
        for finding in FlakyTests(reports).findings.prefix(2 * Self.mostTests) where confirmed.count < Self.mostTests {
            if try await didPass(finding.test, in: finding.other) { confirmed.append(finding) }
        }
        let body = site.renderer.html(
            "flaky",
            [
                "name": name, "path": RepositoryPath.encoded(name), "isEmpty": confirmed.isEmpty,
                "hasReports": !reports.isEmpty, "reports": reports.count == 1 ? "1 report" : "\(reports.count) reports",
                "leastFlips": FlakyTests.leastFlips, "tests": confirmed.map(Self.line),
            ])
        return site.renderer.view(
            title: "Flaky tests of \(name)", mood: "", frame: PageFrame(section: .repositories),
            fragments: [RenderedView.Fragment(id: nil, html: body)])
    }

    /// A test that did not fail may have been skipped, or not have been there. Where the details are gone, its absence from the
    /// failures counts.
    private func didPass(_ test: FlakyTests.Test, in report: TestReport) async throws -> Bool {
        guard let content = await site.operations.content(of: report.stored) else { return true }
        return content.cases.contains { $0.suite == test.suite && $0.name == test.name && $0.status == .passed }
    }

    private static func line(_ finding: FlakyTests.Finding) -> PageValues {
        let test = finding.test
        let commits = finding.commits.count
        var why: [String] = []
        if commits > 0 {
            why.append(commits == 1 ? "failed and passed on one commit" : "failed and passed on each of \(commits) commits")
        }
        if finding.flips >= FlakyTests.leastFlips { why.append("changed \(finding.flips) times on \(finding.branch ?? "")") }
        return [
            "suite": Filled(test.suite), "name": test.name, "job": test.series.job, "report": test.series.report,
            "why": why.joined(separator: ", "), "failures": "\(finding.failures) of \(finding.reports)",
            "address": TestHistoryPage.address(report: finding.failed.stored.id, suite: test.suite, name: test.name),
            "failedRun": finding.failed.stored.runID, "failedReport": finding.failed.stored.id,
            "passedRun": finding.other.stored.runID, "passedReport": finding.other.stored.id,
            "outcomes": finding.outcomes.map { OutcomeMark.html(isGood: $0) }.joined(),
        ]
    }
}

/// How a test ended, as a shape.
enum OutcomeMark {
    static func html(isGood: Bool) -> String {
        Mood(name: isGood ? "success" : "failure", label: isGood ? "Passed" : "Failed").icon
    }
}
