import Foundation
import Plan
import Reports
import Store
import Testing

@testable import Web

@Suite struct FlakyTestsTests {
    private static let series = TestReport.Series(workflowPath: "ci.yml", job: "test", report: "unit")

    /// A report, newest first by its id.
    private static func report(
        _ id: Int64, commit: String, failed: [String] = [], branch: String = "main", unnamed: Int = 0
    ) -> TestReport {
        let report = Report(
            number: 1, name: "unit", format: .junit, tests: TestCounts(passed: 9, failed: failed.count + unnamed),
            failures: failed.map { FailedTest(suite: "s", name: $0) }, createdAt: RunningSite.moment)
        return TestReport(
            stored: StoredReport(id: id, jobID: id, runID: id, report: report), series: series, branch: branch, commit: commit)
    }

    @Test("a test that failed and passed on one commit is flaky, one that was mended is not")
    func sameCommit() throws {
        let found = FlakyTests([
            Self.report(4, commit: "b"), Self.report(3, commit: "a"), Self.report(2, commit: "a", failed: ["odd"]),
            Self.report(1, commit: "0", failed: ["mended"]),
        ]).findings
        #expect(found.map(\.test.name) == ["odd"])
        let odd = try #require(found.first)
        #expect(odd.commits == ["a"] && odd.failed.stored.id == 2 && odd.other.stored.id == 3)
        #expect(odd.failures == 1 && odd.reports == 4 && odd.outcomes == [true, false, true, true])
    }

    @Test("one that changes often on a branch is flaky; on different branches it may differ")
    func flips() {
        let often = (1...5).map { Self.report(Int64(10 - $0), commit: "\($0)", failed: $0.isMultiple(of: 2) ? ["odd"] : []) }
        #expect(FlakyTests(often).findings.map(\.flips) == [4])
        let apart = (1...6).map {
            Self.report(
                Int64(10 - $0), commit: "\($0)", failed: $0.isMultiple(of: 2) ? ["x"] : [],
                branch: $0.isMultiple(of: 2) ? "a" : "b")
        }
        #expect(FlakyTests(apart).findings.isEmpty)
    }

    @Test("a report that does not name all that failed says nothing of the others")
    func cut() {
        let reports = [Self.report(2, commit: "a", unnamed: 3), Self.report(1, commit: "a", failed: ["odd"])]
        #expect(FlakyTests(reports).findings.isEmpty)
    }

    @Test("the page lists what is confirmed by the details, with both runs, and the test's history is a link away")
    func page() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            func add(failed: Bool, id: Int64) async throws {
                let (_, jobs) = try await site.run(jobs: [RunningSite.job("test")])
                let offset = try await site.store.progressOffset(ofJob: jobs[0].id)
                let report = Report(
                    number: 1, name: "unit", format: .junit, tests: TestCounts(passed: 1, failed: failed ? 1 : 0),
                    failures: failed ? [FailedTest(suite: "s", name: "odd <x>")] : [], createdAt: RunningSite.moment)
                _ = try await site.store.apply(
                    JobProgress(jobID: jobs[0].id, from: offset, to: offset + 1, reports: [report]))
                let test = TestCase(suite: "s", name: "odd <x>", status: failed ? .failed : .passed, seconds: 1.5)
                site.operations.change { $0.reports[id] = ReportContent(cases: [test]) }
            }
            let empty = try await site.client.get("/repositories/app/flaky", ["Accept": "text/html"]).text
            #expect(empty.contains("No run has reported tests yet"))
            try await add(failed: true, id: 1)
            try await add(failed: false, id: 2)
            let page = try await site.client.get("/repositories/app/flaky", ["Accept": "text/html"]).text
            #expect(page.contains("odd &lt;x&gt;") && page.contains("failed and passed on one commit") && page.contains("1 of 2"))
            #expect(page.contains("failed in run 1</a>") && page.contains("passed in run 2</a>"))
            let history = try await site.client.get("/reports/2/test?suite=s&name=odd%20%3Cx%3E", ["Accept": "text/html"]).text
            #expect(history.contains("1 failed and 1 passed of the last 2 runs on main") && history.contains("1.5 s"))
            let missing = try await site.client.get("/reports/2/test?suite=s&name=other", ["Accept": "text/html"])
            #expect(missing.status == 404 && missing.text.contains("have no test"))
        }
    }
}
