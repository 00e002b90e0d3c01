import Expressions
import Foundation
import Plan
import SampleRepositories
import Store
import Testing

@testable import Triggers

/// Pipelines that follow runs.
@Suite(.timeLimit(.minutes(10)))
struct RunActivityTests {
    private static func pipeline(_ name: String, follows: String, _ more: String = "") -> String {
        WatchTrial.pipeline.replacing(
            "name: CI\non:\n  push:\n  pull_request:",
            with: "name: \(name)\non:\n  workflow_run:\n    workflows: [\(follows)]\(more)")
    }

    private func end(_ run: Run, _ conclusion: Conclusion, in store: Store) async throws {
        var run = run
        run.status = .running
        _ = try await store.apply([.updateRun(run)])
        run.status = .completed
        run.conclusion = conclusion
        _ = try await store.apply([.updateRun(run)])
    }

    @Test("what happens to a run starts the pipelines that follow it, on the default branch, with GitHub's payload")
    func follow() async throws {
        let trial = try WatchTrial()
        let files = [
            ".github/workflows/ci.yml": WatchTrial.pipeline,
            ".github/workflows/after.yml": Self.pipeline(
                "After", follows: "CI", "\n    types: [completed]\n    branches: [topic]"),
            ".github/workflows/all.yml": Self.pipeline("All", follows: "CI"),
        ]
        try trial.repository.push("base", files)
        let watcher = try await trial.watcher()
        try trial.repository.git("checkout", "-q", "-b", "topic")
        let topic = try trial.repository.commit("change")
        try trial.repository.git("push", "-q", "origin", "HEAD:topic")
        await watcher.look()
        let first = try #require(try await trial.runs().first)
        try await end(first, .failure, in: trial.store)
        await watcher.dealWithRunActivities()
        let runs = try await trial.runs().dropFirst()
        #expect(runs.map(\.workflow) == ["All", "All", "After", "All"])
        #expect(runs.allSatisfy { $0.event == "workflow_run" && $0.ref == "refs/heads/main" && $0.commit != topic })
        let event = try #require(try await trial.store.event(ofRun: runs[3].id))
        #expect(event.activity == "completed" && event.source == .run && event.payload["action"] == "completed")
        let told = try #require(event.payload["workflow_run"])
        #expect(told["id"] == .number(Double(first.id)) && told["name"] == "CI" && told["event"] == "push")
        #expect(told["head_branch"] == "topic" && told["head_sha"] == .string(topic))
        #expect(told["status"] == "completed" && told["conclusion"] == "failure")
        #expect(told["head_commit"]?["id"] == .string(topic))
        let requested = try #require(try await trial.store.event(ofRun: runs[1].id))
        #expect(
            requested.payload["workflow_run"]?["status"] == "queued" && requested.payload["workflow_run"]?["conclusion"] == .null)
        // Told once.
        await watcher.dealWithRunActivities()
        #expect(try await trial.runs().count == 5)
    }

    @Test("a run of another branch, and of a workflow that nobody follows, starts nothing")
    func filters() async throws {
        let trial = try WatchTrial()
        let files = [
            ".github/workflows/ci.yml": WatchTrial.pipeline,
            ".github/workflows/other.yml": WatchTrial.pipeline.replacing("name: CI", with: "name: Other"),
            ".github/workflows/after.yml": Self.pipeline(
                "After", follows: "CI", "\n    branches: [release]\n    types: [requested]"),
        ]
        try trial.repository.push("base", files)
        let watcher = try await trial.watcher()
        try trial.repository.push("change")
        await watcher.look()
        await watcher.dealWithRunActivities()
        #expect(try await trial.runs().map(\.workflow) == ["CI", "Other"])
        // Of the run that is followed there is a record that says why; the others are nobody's.
        let records = try await trial.records().filter { $0.event == "workflow_run" }
        #expect(records.count == 1)
        let reasons = records.first?.skipped.filter { $0.path.hasSuffix("after.yml") }.map(\.reason)
        #expect(reasons?.count == 1 && reasons?.first?.hasPrefix("branch 'main' matches none of") == true)
    }

    @Test("nothing is kept where no pipeline follows runs")
    func nobody() async throws {
        let trial = try WatchTrial()
        try trial.repository.push("base", [".github/workflows/ci.yml": WatchTrial.pipeline])
        let watcher = try await trial.watcher()
        try trial.repository.push("change")
        await watcher.look()
        #expect(try await trial.store.runActivities(of: "app", limit: 10).isEmpty)
    }

    @Test("a chain of runs that follow one another ends after three")
    func chain() async throws {
        let trial = try WatchTrial()
        try trial.repository.push(
            "base",
            [
                ".github/workflows/ci.yml": WatchTrial.pipeline,
                ".github/workflows/loop.yml": Self.pipeline("Loop", follows: "CI, Loop", "\n    types: [completed]"),
            ])
        let watcher = try await trial.watcher()
        try trial.repository.push("change")
        await watcher.look()
        for _ in 1...6 {
            for run in try await trial.runs() where run.status != .completed { try await end(run, .success, in: trial.store) }
            await watcher.dealWithRunActivities()
        }
        #expect(try await trial.runs().map(\.workflow) == ["CI", "Loop", "Loop", "Loop"])
        let last = try #require(try await trial.records().last)
        #expect(last.runIDs == [] && last.reason == "no more than 3 runs may follow one another, and run 4 is the last")
    }

    @Test("a watcher at work follows runs by itself, also what happened while it was not there")
    func atWork() async throws {
        let trial = try WatchTrial()
        try trial.repository.push(
            "base",
            [
                ".github/workflows/ci.yml": WatchTrial.pipeline,
                ".github/workflows/after.yml": Self.pipeline("After", follows: "CI", "\n    types: [completed]"),
            ])
        let watcher = try await trial.watcher()
        try trial.repository.push("one")
        await watcher.look()
        try await end(try #require(try await trial.runs().last), .success, in: trial.store)
        let changes = trial.store.changes.subscribe(repository: "app", kinds: [.recorded])
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await watcher.run() }
            var iterator = changes.makeAsyncIterator()
            while try await trial.runs().map(\.workflow) != ["CI", "After"] { _ = await iterator.next() }
            try trial.repository.push("two")
            await watcher.lookNow()
            while try await trial.runs().count < 3 { _ = await iterator.next() }
            try await end(try #require(try await trial.runs().last), .failure, in: trial.store)
            while try await trial.runs().map(\.workflow) != ["CI", "After", "CI", "After"] { _ = await iterator.next() }
            group.cancelAll()
        }
    }
}
