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

    @Test("that ticks were missed is said once for all of them, where people look for it")
    func missedRecord() async throws {
        let trial = try WatchTrial()
        try trial.repository.push("base", Self.files)
        let before = try await trial.watcher()
        trial.advance(seconds: 9 * 60)
        await before.fireDueSchedules()
        trial.advance(seconds: 35 * 60)
        _ = try await trial.watcher()
        let reasons = try await trial.records().filter { $0.runIDs.isEmpty }.map { $0.reason ?? "" }
        #expect(reasons.count == 1)
        #expect(
            reasons.first?.contains(
                #"nightly.yml was due by "*/10 * * * *" 3 times from 2026-01-02T00:20:00Z to 2026-01-02T00:40:00Z"#) == true,
            "\(reasons)")
    }

    @Test("a restart over a tick does not miss it, and one that was late already is not made twice")
    func restartOverTick() async throws {
        let trial = try WatchTrial()
        try trial.repository.push("base", Self.files)
        let before = try await trial.watcher()
        trial.advance(seconds: 9 * 60)
        await before.fireDueSchedules()
        trial.advance(seconds: 10 * 60 + 20)
        let after = try await trial.watcher()
        await after.fireDueSchedules()
        await after.fireDueSchedules()
        #expect(try await Self.ticks(trial) == ["10: fired", "20: fired"])
    }

    @Test("ticks that passed while the machine slept are missed but for one that has just come")
    func sleep() async throws {
        let trial = try WatchTrial()
        try trial.repository.push("base", Self.files)
        let watcher = try await trial.watcher()
        trial.advance(seconds: 3600)
        await watcher.fireDueSchedules()
        #expect(
            try await Self.ticks(trial)
                == ["10: missed", "20: missed", "30: missed", "40: missed", "50: missed", "60: fired"])
        #expect(await watcher.nextScheduleAt() == WatchTrial.start + 69 * 60)
    }

    @Test("schedules are kept while the remote is down, from the mirror")
    func remoteDown() async throws {
        let trial = try WatchTrial()
        try trial.repository.push("base", Self.files)
        _ = try await trial.watcher()
        try FileManager.default.moveItem(atPath: trial.repository.origin, toPath: "\(trial.repository.folder)/away.git")
        let watcher = try await trial.watcher()
        trial.advance(seconds: 9 * 60)
        await watcher.fireDueSchedules()
        #expect(try await trial.runs().map(\.event) == ["schedule"])
    }

    @Test("a schedule that comes back after it was removed has missed nothing")
    func cameBack() async throws {
        let trial = try WatchTrial()
        try trial.repository.push("base", Self.files)
        let watcher = try await trial.watcher { $0.missedSchedules = .once }
        trial.advance(seconds: 9 * 60)
        await watcher.fireDueSchedules()
        let nightly = ".github/workflows/nightly.yml"
        try trial.repository.push("away", [nightly: nil as String?])
        await watcher.look()
        trial.advance(seconds: 3600)
        try trial.repository.push("back", [nightly: Self.files[nightly]])
        await watcher.look()
        await watcher.fireDueSchedules()
        #expect(try await Self.ticks(trial) == ["10: fired"])
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
