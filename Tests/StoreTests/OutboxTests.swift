import Foundation
import Plan
import Testing

@testable import Store

/// What happened is kept in the transaction in which it happened, and messages go out in the order of their lane.
@Suite struct OutboxTests {
    private func message(_ target: String, lane: String, run: Int64, content: String = "{}") -> OutboxMessage {
        OutboxMessage(
            target: target, lane: lane, event: "run.completed", delivery: "d", runID: run, repository: "app", content: content,
            createdAt: Example.date, dueAt: Example.date, expiresAt: Example.date.addingTimeInterval(60))
    }

    @Test("what happens to a run, its jobs and approvals is kept in its order, of repositories that are told of")
    func occurrences() async throws {
        let folder = try StoreFolder()
        let store = try folder.open()
        _ = try await store.addRun()
        #expect(try await store.occurrences(limit: 10) == [])
        try await store.setToldRepositories(["app"])
        let state = try await store.addRun()
        var (run, job) = (state.run, try #require(state.jobs.first))
        run.status = .running
        job.status = .waiting
        job.approval = JobApproval(since: Example.date, until: Example.date)
        _ = try await store.apply([.updateRun(run), .updateJob(job)])
        // What the run waits for goes with what happened to its jobs, as long as it does.
        #expect(try await store.occurrences(limit: 10).map(\.turn) == [nil, nil, .approval])
        job.approval?.answer = .init(verdict: .approved, actor: "ada", date: Example.date)
        _ = try await store.apply([.updateJob(job)])
        (job.status, job.startedAt) = (.running, Example.date)
        _ = try await store.apply([.updateJob(job)])
        (job.status, job.conclusion, job.reason) = (.completed, .failure, "exit code 1")
        (run.status, run.conclusion) = (.completed, .failure)
        _ = try await store.apply([.updateJob(job), .updateRun(run)])
        let reports = try await store.occurrences(limit: 10)
        #expect(
            reports.map(\.occurrence.kind) == [
                .runQueued, .runStarted, .approvalRequested, .approvalAnswered, .jobStarted, .jobCompleted, .runCompleted,
            ])
        #expect(reports.allSatisfy { $0.turn == nil })
        #expect(reports[5].occurrence.reason == "exit code 1" && reports[5].job?.id == job.id)
        #expect(abs(reports[0].occurrence.date.timeIntervalSinceNow) < 60)
        try await store.post([], upTo: try #require(reports.last).occurrence.id)
        #expect(try await store.occurrences(limit: 10) == [])
        try await store.setToldRepositories([])
        _ = try await store.addRun()
        #expect(try await store.occurrences(limit: 10) == [])
    }

    @Test("the end of a run comes with how the one before on its branch ended, whatever was cancelled between")
    func previous() async throws {
        let folder = try StoreFolder()
        let store = try folder.open()
        try await store.setToldRepositories(["app"])
        for end in [Conclusion.failure, .cancelled, .success, .success] {
            _ = try await store.addRun(Example.run(status: .completed, conclusion: end))
        }
        _ = try await store.addRun(Example.run(ref: "refs/heads/other", status: .completed, conclusion: .success))
        let reports = try await store.occurrences(limit: 10)
        #expect(reports.map(\.previousConclusion) == [nil, .failure, .failure, .success, nil])
    }

    @Test("a target gets the first of each lane, the newest where older ones are replaced, and rests while it fails")
    func order() async throws {
        let folder = try StoreFolder()
        let store = try folder.open()
        let run = try await store.addRun().run.id
        try await store.post(
            [
                NewOutboxMessage(message("hook", lane: "1", run: run, content: "1"), replacesOlder: false),
                NewOutboxMessage(message("hook", lane: "1", run: run, content: "2"), replacesOlder: false),
                NewOutboxMessage(message("hook", lane: "2", run: run, content: "3"), replacesOlder: false),
                NewOutboxMessage(message("forge", lane: "c", run: run, content: "old"), replacesOlder: true),
                NewOutboxMessage(message("forge", lane: "c", run: run, content: "new"), replacesOlder: true),
            ], upTo: 0)
        #expect(try await store.nextMessage(for: "forge")?.message.content == "new")
        let first = try #require(try await store.nextMessage(for: "hook")?.message)
        #expect(first.content == "1")
        let later = Example.date.addingTimeInterval(5)
        try await store.settle(
            first, .again("HTTP 500", isUnauthorized: true, dueAt: later, targetResumesAt: later), at: Example.date)
        let next = try #require(try await store.nextMessage(for: "hook"))
        // What is behind it in its lane waits with it; another lane does not.
        #expect(next.message.content == "3" && next.trouble?.resumesAt == later && next.trouble?.failures == 1)
        #expect(try await store.outboxTroubles().map(\.isUnauthorized) == [true])
        try await store.settle(next.message, .delivered("taken"), at: later)
        #expect(try await store.outboxTroubles() == [])
        #expect(try await store.nextMessage(for: "hook")?.message.content == "1")
        // What a target refuses for good is told until it takes something, and holds nothing up.
        let status = try #require(try await store.nextMessage(for: "forge")?.message)
        try await store.settle(status, .failed("HTTP 422"), at: later)
        let refused = try #require(try await store.outboxTroubles().first)
        #expect((refused.target, refused.error, refused.failures) == ("forge", "HTTP 422", 0) && refused.resumesAt <= later)
        let again = try await store.redeliver(next.message, at: later, until: later.addingTimeInterval(9))
        #expect(try await store.outboxMessage(again)?.delivery == "d")
        #expect(try await store.outboxMessages(for: "hook", limit: 9).map(\.content) == ["3", "3", "2", "1"])
    }

    @Test("what nobody takes is given up, and what has ended is forgotten after a while")
    func tidy() async throws {
        let folder = try StoreFolder()
        let store = try folder.open()
        let run = try await store.addRun().run.id
        try await store.post([NewOutboxMessage(message("hook", lane: "1", run: run), replacesOlder: false)], upTo: 0)
        let late = Example.date.addingTimeInterval(61)
        #expect(try await store.tidyOutbox(at: late, endedBefore: Example.date) == ["hook"])
        #expect(try await store.outboxMessages(for: "hook", limit: 9).map(\.state) == [.failed])
        #expect(try await store.tidyOutbox(at: late, endedBefore: late.addingTimeInterval(1)) == [])
        #expect(try await store.outboxMessages(for: "hook", limit: 9) == [])
    }
}
