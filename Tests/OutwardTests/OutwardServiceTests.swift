import Foundation
import Plan
import Store
import Testing

@testable import Outward

@Suite(.timeLimit(.minutes(10)))
struct OutwardServiceTests {
    @Test("with nobody left to tell, what waits for somebody of earlier settings is given up all the same")
    func tidiesWithoutTargets() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("slipway-outward-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let store = try Store.open(at: "\(folder)/slipway.db")
        let run = Run(
            repository: "app", workflow: "CI", workflowPath: "ci.yml", title: "t", event: "push", ref: "refs/heads/main",
            commit: Example.commit, actor: "ada", createdAt: Example.date)
        let event = Event(
            repository: "app", name: "push", source: .operator, ref: run.ref, commit: run.commit, receivedAt: Example.date)
        let plan = RunPlan(name: "CI", path: "ci.yml", jobs: [])
        let recorded = try await store.record(
            TriggerOutcome(event: event, key: .none, runs: [NewRun(run: run, plan: plan)]))
        let message = OutboxMessage(
            target: "gone", lane: "1", event: "run.completed", delivery: "d", runID: try #require(recorded.runs.first).run.id,
            repository: "app", content: "{}", createdAt: Example.date, dueAt: Example.date,
            expiresAt: Example.date.addingTimeInterval(60))
        try await store.post([NewOutboxMessage(message, replacesOlder: false)], upTo: 0)
        let service = OutwardService(
            store: store, configuration: { OutwardConfiguration(pageURL: "") },
            now: { Example.date.addingTimeInterval(61) }, makeID: { "id" }, report: { _ in })
        let work = Task { await service.run() }
        defer { work.cancel() }
        // The suite's time limit ends the wait.
        while try await store.outboxMessages(for: "gone", limit: 9).map(\.state) != [.failed] {
            try await Task.sleep(for: .milliseconds(5))
        }
        work.cancel()
        await work.value
    }
}
