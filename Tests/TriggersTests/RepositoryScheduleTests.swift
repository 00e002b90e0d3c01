import Foundation
import Plan
import SampleRepositories
import Store
import Testing

@testable import Triggers

struct RepositoryScheduleTests {
    /// Every ten minutes; the clock begins one minute after the hour.
    private static let files = [
        ".github/workflows/ci.yml": WatchTrial.pipeline,
        ".github/workflows/nightly.yml": WatchTrial.pipeline.replacing(
            "on:\n  push:\n  pull_request:", with: "on:\n  schedule:\n    - cron: '*/10 * * * *'"),
    ]

    private static func ticks(_ trial: WatchTrial) async throws -> [String] {
        try await trial.store.scheduleTicks(of: "app").reversed().map { tick in
            "\(Int(tick.dueAt.timeIntervalSince(WatchTrial.start - 60) / 60)): \(tick.outcome)"
        }
    }

    @Test("a schedule runs its own pipeline when its time has come, once")
    func due() async throws {
        let trial = try WatchTrial()
        let head = try trial.repository.push("base", Self.files)
        let watcher = try await trial.watcher()
        #expect(await watcher.nextScheduleAt() == WatchTrial.start + 9 * 60)
        await watcher.fireDueSchedules()
        #expect(try await trial.records().isEmpty)
        trial.advance(seconds: 9 * 60)
        await watcher.fireDueSchedules()
        await watcher.fireDueSchedules()
        let runs = try await trial.runs()
        #expect(runs.map(\.workflowPath) == [".github/workflows/nightly.yml"])
        #expect(runs.map(\.event) == ["schedule"])
        #expect(runs.map(\.commit) == [head])
        #expect(try await Self.ticks(trial) == ["10: fired"])
        #expect(await watcher.nextScheduleAt() == WatchTrial.start + 19 * 60)
    }

    @Test(
        "what was due while nothing ran is noted as missed; where the settings say so, the newest is made good",
        arguments: [
            (MissedSchedules.skip, ["10: fired", "20: missed", "30: missed", "40: missed"]),
            (.once, ["10: fired", "20: missed", "30: missed", "40: fired"]),
        ])
    func missed(policy: MissedSchedules, ticks: [String]) async throws {
        let trial = try WatchTrial()
        try trial.repository.push("base", Self.files)
        let before = try await trial.watcher()
        trial.advance(seconds: 9 * 60)
        await before.fireDueSchedules()
        trial.advance(seconds: 35 * 60)
        let watcher = try await trial.watcher { $0.missedSchedules = policy }
        await watcher.look()
        await watcher.fireDueSchedules()
        #expect(try await Self.ticks(trial) == ticks)
        #expect(await watcher.nextScheduleAt() == WatchTrial.start + 49 * 60)
    }

    @Test("a schedule follows the default branch: changed, it is due by its new times; removed, it is gone")
    func changed() async throws {
        let trial = try WatchTrial()
        try trial.repository.push("base", Self.files)
        let watcher = try await trial.watcher()
        let nightly = ".github/workflows/nightly.yml"
        try trial.repository.push("later", [nightly: Self.files[nightly]?.replacing("*/10", with: "30")])
        await watcher.look()
        #expect(await watcher.nextScheduleAt() == WatchTrial.start + 29 * 60)
        try trial.repository.push("never", [nightly: nil as String?])
        await watcher.look()
        #expect(await watcher.nextScheduleAt() == nil)
    }
}
