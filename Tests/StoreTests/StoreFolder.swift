import Expressions
import Foundation
import Plan
import Testing

@testable import Store

/// A folder with a database of its own, gone when the test is over.
final class StoreFolder: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("slipway-store-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var database: String { "\(path)/slipway.db" }

    func open() throws -> Store { try Store.open(at: database) }
}

/// Values with everything filled in that a test does not care about.
enum Example {
    static let date = Date(timeIntervalSince1970: 1_767_312_000.125)

    static func commit(_ number: Int) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 40 - digits.count) + digits
    }

    static func push(
        _ number: Int, before: Int? = nil, ref: String = "refs/heads/main", repository: String = "app",
        source: Event.Source = .poll
    ) -> Event {
        Event(
            repository: repository, name: "push", source: source, ref: ref, commit: commit(number),
            before: before.map(commit), payload: ["ref": .string(ref)], receivedAt: date)
    }

    static func run(
        repository: String = "app", ref: String = "refs/heads/main", path: String = ".github/workflows/ci.yml",
        status: Status = .queued, conclusion: Conclusion? = nil, createdAt: Date = date
    ) -> Run {
        Run(
            repository: repository, workflow: "CI", workflowPath: path, title: "A change", event: "push", ref: ref,
            commit: commit(1), actor: "unknown", status: status, conclusion: conclusion, createdAt: createdAt,
            finishedAt: status == .completed ? createdAt : nil)
    }

    static func job(_ key: String, run: Int64 = 0, attempt: Int = 1, cell: Int = 0, of cells: Int = 1) -> Job {
        Job(
            runID: run, key: key, name: key, attempt: attempt, cellIndex: cell, cellCount: cells, status: .queued,
            createdAt: date)
    }

    static func plan(_ keys: String...) -> RunPlan {
        RunPlan(name: "CI", path: ".github/workflows/ci.yml", jobs: keys.map { JobPlan(key: $0) })
    }

    /// An operator's event with runs: always new.
    static func wish(_ runs: [NewRun], repository: String = "app") -> TriggerOutcome {
        TriggerOutcome(event: push(1, repository: repository, source: .operator), key: .none, runs: runs)
    }
}

extension Store {
    /// A run of one job, recorded.
    func addRun(_ run: Run = Example.run(), jobs: [Job] = [Example.job("build")]) async throws -> RunState {
        let new = NewRun(run: run, plan: Example.plan("build"), jobs: jobs)
        let recorded = try await record(Example.wish([new], repository: run.repository))
        return try #require(recorded.runs.first)
    }
}
