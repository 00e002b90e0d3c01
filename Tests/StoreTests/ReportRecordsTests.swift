import Foundation
import Plan
import Testing

@testable import Store

@Suite struct ReportRecordsTests {
    let folder: StoreFolder
    let store: Store

    init() throws {
        folder = try StoreFolder()
        store = try folder.open()
    }

    private func report(_ number: Int = 1, name: String = "unit", passed: Int = 3) -> Report {
        Report(
            number: number, name: name, format: .junit, tests: TestCounts(passed: passed, failed: 1, seconds: 0.5),
            failures: [FailedTest(suite: "s", name: "t", message: "m")], createdAt: Example.date)
    }

    private func apply(_ reports: [Report], diagnoses: [Diagnosis] = [], to job: Job) async throws {
        let offset = try await store.progressOffset(ofJob: job.id)
        let progress = JobProgress(jobID: job.id, from: offset, to: offset + 1, diagnoses: diagnoses, reports: reports)
        #expect(try await store.apply(progress))
    }

    @Test("what a journal says of reports and diagnoses is there as it was said")
    func stored() async throws {
        let job = try await store.addRun().jobs[0]
        let coverage = Report(
            number: 2, name: "code", format: .simpleCov, coverage: CoverageCounts(linesCovered: 1, lines: 2), isCut: true,
            createdAt: Example.date)
        let diagnosis = Diagnosis(
            step: 2, rule: "no-space", title: "t", explanation: "e", findings: ["f"], remedies: ["r"],
            evidence: .init(text: "l", offset: 7))
        try await apply([report(), coverage], diagnoses: [diagnosis], to: job)
        let found = try #require(try await store.reports(ofJobs: [job.id])[job.id])
        #expect(found.map(\.report) == [report(), coverage])
        #expect(found.allSatisfy { $0.runID == job.runID && $0.jobID == job.id })
        #expect(try await store.report(found[0].id) == found[0])
        #expect(try await store.report(99) == nil)
        #expect(try await store.diagnoses(ofJobs: [job.id, 99]) == [job.id: [diagnosis], 99: []])
    }

    @Test("a trend has one report a run, the newest first, of the same name and job")
    func trend() async throws {
        var ids: [Int64] = []
        for number in 1...5 {
            let job = try await store.addRun().jobs[0]
            try await apply([report(passed: number), report(2, name: "other")], to: job)
            ids.append(try #require(try await store.reports(ofJobs: [job.id])[job.id]?.first).id)
        }
        let all = try await store.trend(ofReport: ids[4])
        #expect(all.map(\.id) == ids.reversed())
        #expect(all.map { $0.report.tests?.passed } == [5, 4, 3, 2, 1])
        #expect(all.allSatisfy { $0.report.failures.isEmpty })
        // A page of an older run is not compared with what came later.
        #expect(try await store.trend(ofReport: ids[2]).map(\.id) == [ids[2], ids[1], ids[0]])
        #expect(try await store.trend(ofReport: ids[4], limit: 2).count == 2)
    }
}
