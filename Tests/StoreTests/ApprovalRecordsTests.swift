import Foundation
import Plan
import Testing

@testable import Store

/// The list of what waits for a person.
@Suite struct ApprovalRecordsTests {
    let folder: StoreFolder
    let store: Store

    init() throws {
        folder = try StoreFolder()
        store = try folder.open()
    }

    @Test("what was answered, and waits for something else, takes no place in the list")
    func answered() async throws {
        let jobs = try await store.addRun(jobs: (1...7).map { Example.job("release (\($0))") }).jobs
        for (index, var job) in jobs.enumerated() {
            job.status = .waiting
            var approval = JobApproval(since: Example.date, until: Example.date.addingTimeInterval(60))
            if index < 4 { approval.answer = JobApproval.Answer(verdict: .approved, actor: "ada", date: Example.date) }
            job.approval = approval
            _ = try await store.apply([.updateJob(job)])
        }
        let first = try await store.pendingApprovals(limit: 2)
        #expect(first.map(\.job.id) == [jobs[4].id, jobs[5].id])
        #expect(try await store.pendingApprovals(after: jobs[5].id, limit: 2).map(\.job.id) == [jobs[6].id])
        let limits = StoreOverviewLimits(failedSince: Example.date)
        #expect(try await store.overview(limits).approvalCount == 3)
        var last = jobs[6]
        (last.status, last.conclusion) = (.completed, .success)
        _ = try await store.apply([.updateJob(last)])
        #expect(try await store.overview(limits).approvalCount == 2)
    }
}
