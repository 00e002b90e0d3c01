import FoundationEssentials
import Plan
import Reports
import Store
import Testing

@testable import Web

extension RunningSite {
    static var reports: (tests: Report, coverage: Report) {
        (
            Report(
                number: 1, name: "unit", format: .junit, tests: TestCounts(passed: 2, failed: 1, skipped: 1, seconds: 1.25),
                failures: [FailedTest(suite: "s", name: "<b>adds", message: "assert 1 == 2")], createdAt: moment),
            Report(
                number: 2, name: "code", format: .cobertura,
                coverage: CoverageCounts(linesCovered: 7, lines: 8, branchesCovered: 1, branches: 2), createdAt: moment)
        )
    }

    static let testContent = ReportContent(cases: [
        TestCase(suite: "s", name: "fine", status: .passed, seconds: 0.5),
        TestCase(suite: "s", name: "<b>adds", status: .failed, seconds: 0.25, message: "assert 1 == 2", output: "the <i>trace"),
        TestCase(suite: "s", name: "left", status: .skipped, message: "later"),
    ])
    static let coverageContent = ReportContent(files: [
        CoveredFile(path: "a.py", counts: CoverageCounts(linesCovered: 7, lines: 8, branchesCovered: 1, branches: 2))
    ])
}

@Suite struct ReportTests {
    private static let html = ["Accept": "text/html"]

    private func keep(_ reports: [Report], in site: RunningSite) async throws -> Job {
        let job = try #require(try await site.run(jobs: [RunningSite.job()]).jobs.first)
        let offset = try await site.store.progressOffset(ofJob: job.id)
        #expect(try await site.store.apply(JobProgress(jobID: job.id, from: offset, to: offset + 1, reports: reports)))
        return job
    }

    @Test("a run's page shows its reports with what failed, and after some runs their trend")
    func runPage() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let (tests, coverage) = RunningSite.reports
            let first = try await keep([tests, coverage], in: site)
            let alone = try await site.client.get("/runs/\(first.runID)", Self.html).text
            #expect(alone.contains("1 failed, 2 passed, 1 skipped"))
            #expect(alone.contains("87.5 % of 8 lines, 50 % of 2 branches"))
            #expect(alone.contains("&lt;b&gt;adds") && !alone.contains("<b>adds"))
            #expect(alone.contains("assert 1 == 2"))
            #expect(!alone.contains("class=\"trend\""))
            let second = try await keep([tests, coverage], in: site)
            let page = try await site.client.get("/runs/\(second.runID)", Self.html).text
            #expect(page.contains("class=\"trend\""))
            #expect(page.contains("Run \(first.runID): 1 failed, 2 passed, 1 skipped."))
            #expect(page.contains("<polyline"))
            #expect(!page.contains("style=\""))
        }
    }

    @Test("a report's page shows failed tests first, with message and output, and files by how little of them is reached")
    func reportPage() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            let (tests, coverage) = RunningSite.reports
            _ = try await keep([tests, coverage], in: site)
            site.operations.change { $0.reports = [1: RunningSite.testContent, 2: RunningSite.coverageContent] }
            let page = try await site.client.get("/reports/1", Self.html).text
            let failed = try #require(page.firstRange(of: "&lt;b&gt;adds"))
            let passed = try #require(page.firstRange(of: "fine"))
            #expect(failed.lowerBound < passed.lowerBound)
            #expect(page.contains("the &lt;i&gt;trace") && page.contains("later") && page.contains("250 ms"))
            let covered = try await site.client.get("/reports/2", Self.html).text
            #expect(covered.contains("<meter") && covered.contains("7 of 8"))
            #expect(try await site.client.get("/reports/9", Self.html).status == 404)
        }
    }

    @Test("a report whose file is gone still has its numbers")
    func goneFile() async throws {
        try await RunningSite.with { (site: RunningSite) async throws in
            _ = try await keep([RunningSite.reports.tests], in: site)
            let page = try await site.client.get("/reports/1", Self.html)
            #expect(page.status == 200)
            #expect(page.text.contains("was removed"))
        }
    }
}
