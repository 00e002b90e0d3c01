import Foundation
import Plan
import Testing

@testable import Store

@Suite struct OperatorRecordsTests {
    let folder: StoreFolder
    let store: Store

    init() throws {
        folder = try StoreFolder()
        store = try folder.open()
    }

    func secret(_ name: String, scope: String, _ byte: UInt8) -> SealedSecret {
        SealedSecret(scope: scope, name: name, sealed: [byte, 0, 255], updatedAt: Example.date, updatedBy: "anna")
    }

    @Test("a repository's own secret stands before one of the same name for all")
    func secrets() async throws {
        try await store.setSecret(secret("TOKEN", scope: "", 1))
        try await store.setSecret(secret("SHARED", scope: "", 2))
        try await store.setSecret(secret("token", scope: "app", 3))
        try await store.setSecret(secret("token", scope: "app", 4))
        #expect(try await store.secrets(usableBy: "app").map(\.sealed.first) == [2, 4])
        #expect(try await store.secrets(usableBy: "web").map(\.sealed.first) == [2, 1])
        #expect(try await store.secrets().count == 3)
        #expect(try await store.secrets(scope: "app") == [secret("token", scope: "app", 4)])
        #expect(try await store.removeSecret("Token", scope: "app"))
        #expect(try await store.removeSecret("Token", scope: "app") == false)
        #expect(try await store.secrets(usableBy: "app").map(\.sealed.first) == [2, 1])
    }

    @Test("the audit trail is read newest first, page by page")
    func audit() async throws {
        for number in 1...5 {
            try await store.audit(
                AuditEntry(at: Example.date, actor: "anna", action: "cancel-run", subject: "run \(number)"))
        }
        let page = try await store.auditPage(AuditFilter(limit: 2)).entries
        #expect(page.map(\.subject) == ["run 5", "run 4"])
        #expect(try await store.auditPage(AuditFilter(limit: 9, before: page[1].id)).entries.map(\.id) == [3, 2, 1])
    }

    @Test("counts follow what happens and what ended stays counted when it is deleted")
    func statistics() async throws {
        var state = try await store.addRun()
        _ = try await store.addRun()
        state.run.status = .completed
        state.run.conclusion = .success
        state.jobs[0].status = .completed
        state.jobs[0].conclusion = .failure
        state.jobs[0].continuesOnError = true
        _ = try await store.apply([.updateJob(state.jobs[0]), .updateRun(state.run)])
        _ = try await store.apply([.updateJob(state.jobs[0]), .updateRun(state.run)])
        _ = try await store.addRun(Example.run(status: .completed, conclusion: .refused), jobs: [])
        var reused = state.jobs[0]
        reused.reusedFrom = reused.id
        _ = try await store.apply([.insertJobs([reused])])
        _ = try await store.prune(
            keeping: RetentionPolicy(days: 0, newestRuns: 0), now: Example.date.addingTimeInterval(1))
        let statistics = try await store.statistics()
        #expect(statistics.unfinishedRuns == [.queued: 1])
        #expect(statistics.unfinishedJobs == [.queued: 1])
        #expect(statistics.completedRuns == [.success: 1, .refused: 1])
        #expect(statistics.completedJobs == [.failure: 1])
        #expect(statistics.pendingDeliveries == 0)
        #expect(statistics.databaseBytes > 4096)
    }

    @Test("a tick fires once, and the last one of its schedule is known")
    func ticks() async throws {
        let schedule = Schedule(repository: "app", workflowPath: "night.yml", cron: "0 2 * * *", timezone: "Europe/Berlin")
        let missed = ScheduleTick(schedule: schedule, dueAt: Example.date, outcome: .missed)
        let fired = ScheduleTick(schedule: schedule, dueAt: Example.date.addingTimeInterval(86400), outcome: .fired)
        #expect(try await store.lastTick(of: schedule) == nil)
        try await store.recordTick(missed)
        let outcome = TriggerOutcome(
            event: Example.push(1, source: .schedule), key: .tick(fired), runs: [NewRun(run: Example.run(), plan: nil)])
        let recorded = try await store.record(outcome)
        #expect(try await store.record(outcome) == RecordedTrigger(eventID: recorded.eventID, runs: [], isDuplicate: true))
        var expected = fired
        expected.eventID = recorded.eventID
        #expect(try await store.lastTick(of: schedule) == expected)
        #expect(try await store.scheduleTicks(of: "app") == [expected, missed])
        #expect(try await store.lastTick(of: Schedule(repository: "app", workflowPath: "night.yml", cron: "1 2 * * *")) == nil)
    }

    @Test("a remote's state is the one recorded last")
    func remotes() async throws {
        let down = RemoteStatus(
            repository: "app", lastAttemptAt: Example.date, failures: 3, error: "refused",
            nextAttemptAt: Example.date.addingTimeInterval(60))
        try await store.recordPoll(down)
        #expect(try await store.remoteStatus(of: "app") == down)
        let up = RemoteStatus(repository: "app", lastAttemptAt: Example.date, lastSuccessAt: Example.date)
        try await store.recordPoll(up)
        #expect(try await store.remoteStatuses() == [up])
        #expect(try await store.remoteStatus(of: "web") == nil)
    }
}
