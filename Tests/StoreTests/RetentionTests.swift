import Expressions
import Foundation
import Plan
import Testing

@testable import Store

@Suite struct RetentionTests {
    let folder: StoreFolder
    let store: Store

    init() throws {
        folder = try StoreFolder()
        store = try folder.open()
    }

    func addRun(day: Int, repository: String = "app", status: Status = .completed) async throws -> RunState {
        try await store.addRun(
            Example.run(
                repository: repository, status: status, conclusion: status == .completed ? .success : nil,
                createdAt: Example.date.addingTimeInterval(Double(day) * 86400)))
    }

    func prune(days: Int, newest: Int, onDay day: Int, limit: Int = 200) async throws -> [Int64] {
        try await store.prune(
            keeping: RetentionPolicy(days: days, newestRuns: newest),
            now: Example.date.addingTimeInterval(Double(day) * 86400), limit: limit)
    }

    @Test("space that deleted history leaves goes back to the file system, a part at a time")
    func reclaimed() async throws {
        var event = Example.push(1, source: .operator)
        event.payload = .string(String(repeating: "x", count: 400_000))
        for day in 0..<60 {
            let date = Example.date.addingTimeInterval(Double(day) * 86400)
            let run = Example.run(status: .completed, conclusion: .success, createdAt: date)
            _ = try await store.record(TriggerOutcome(event: event, key: .none, runs: [NewRun(run: run, plan: nil)]))
        }
        #expect(try await !store.reclaimSpace())
        let before = try await store.statistics().databaseBytes
        _ = try await prune(days: 10, newest: 0, onDay: 1000)
        #expect(try await store.statistics().databaseBytes >= before)
        var calls = 1
        while try await store.reclaimSpace() { calls += 1 }
        #expect(calls > 2)
        let after = try await store.statistics().databaseBytes
        #expect(after < before / 2, "\(before) → \(after)")
    }

    @Test("what is old is deleted, but for the newest of each repository and what is not completed")
    func old() async throws {
        for day in 0..<6 { _ = try await addRun(day: day) }
        _ = try await addRun(day: 0, repository: "quiet")
        _ = try await addRun(day: 0, repository: "busy", status: .running)
        _ = try await addRun(day: 0, repository: "busy")
        #expect(try await prune(days: 3, newest: 1, onDay: 6) == [1, 2, 3])
        #expect(try await store.runs().runs.map(\.id) == [9, 8, 7, 6, 5, 4])
        #expect(try await store.jobs(ofRun: 1).isEmpty)
        #expect(try await store.event(ofRun: 4) != nil)
    }

    @Test("a run whose folder may still be there is named until its removal is confirmed, also after a restart")
    func confirmation() async throws {
        for _ in 1...5 { _ = try await addRun(day: 0) }
        #expect(try await prune(days: 1, newest: 1, onDay: 9, limit: 2) == [1, 2])
        try await store.confirmRemoval(ofRuns: [1])
        let reopened = try folder.open()
        let policy = RetentionPolicy(days: 1, newestRuns: 1)
        let now = Example.date.addingTimeInterval(9 * 86400)
        #expect(try await reopened.prune(keeping: policy, now: now) == [2, 3, 4])
        try await reopened.confirmRemoval(ofRuns: [2, 3, 4])
        #expect(try await reopened.prune(keeping: policy, now: now).isEmpty)
        #expect(try await store.addRun().run.id == 6)
    }

    @Test("records of deliveries, events, ticks and audit go when they are old, the last tick of a schedule stays")
    func records() async throws {
        let schedule = Schedule(repository: "app", workflowPath: "night.yml", cron: "0 2 * * *")
        for (id, day) in [("old", 0), ("pending", 0), ("new", 99)] {
            let at = Example.date.addingTimeInterval(Double(day) * 86400)
            let delivery = WebhookDelivery(
                forge: "github", deliveryID: id, eventName: "push", repository: "app", body: [1], receivedAt: at)
            guard case .stored(let stored) = try await store.receive(delivery) else { continue }
            if id != "pending" { try await store.finishDelivery(stored, outcome: "done") }
            try await store.audit(AuditEntry(at: at, actor: "anna", action: "a", subject: id))
        }
        for day in 0..<3 {
            let dueAt = Example.date.addingTimeInterval(Double(day) * 86400)
            try await store.recordTick(ScheduleTick(schedule: schedule, dueAt: dueAt, outcome: .missed))
        }
        _ = try await store.record(TriggerOutcome(event: Example.push(1), key: .push(moves: true), reason: "none"))
        let kept = try await addRun(day: 0)
        _ = try await prune(days: 10, newest: 5, onDay: 100)
        #expect(try await store.deliveryOutcome(of: "old", forge: "github", repository: "app") == nil)
        #expect(try await store.deliveryOutcome(of: "new", forge: "github", repository: "app") == "done")
        #expect(try await store.pendingDeliveries(of: "app", limit: 10).map(\.delivery.deliveryID) == ["pending"])
        #expect(try await store.auditPage(AuditFilter()).entries.count == 3)
        #expect(try await store.scheduleTicks(of: "app").count == 1)
        #expect(try await store.lastTick(of: schedule)?.dueAt == Example.date.addingTimeInterval(2 * 86400))
        #expect(try await store.triggerRecords().map(\.eventID) == [kept.run.eventID])
        let policy = RetentionPolicy(days: 36_500, newestRuns: 0, auditDays: 50)
        _ = try await store.prune(keeping: policy, now: Example.date.addingTimeInterval(100 * 86400))
        #expect(try await store.auditPage(AuditFilter()).entries.map(\.subject) == ["new"])
    }
}
