import Foundation
import Plan
import Testing

@testable import Store

@Suite struct TriggerRecordingTests {
    let folder: StoreFolder
    let store: Store

    init() throws {
        folder = try StoreFolder()
        store = try folder.open()
    }

    /// Tells a push and says whether it was new.
    func tell(_ number: Int, before: Int?, moves: Bool = false, ref: String = "refs/heads/main") async throws -> Bool {
        let outcome = TriggerOutcome(
            event: Example.push(number, before: before, ref: ref), key: .push(moves: moves),
            runs: [NewRun(run: Example.run(ref: ref), plan: Example.plan("build"), jobs: [Example.job("build")])])
        return try await !store.record(outcome).isDuplicate
    }

    func state(_ ref: String = "refs/heads/main") async throws -> String? {
        try await store.knownReferences(of: "app")[ref]
    }

    @Test("an outcome is recorded as one: event, runs, jobs with their ids, refs")
    func wholeOutcome() async throws {
        var run = Example.run()
        run.diagnostics = []
        let outcome = TriggerOutcome(
            event: Example.push(2, before: 1), key: .push(moves: true),
            runs: [
                NewRun(run: run, plan: Example.plan("a", "b"), jobs: [Example.job("a"), Example.job("b")]),
                NewRun(run: Example.run(status: .completed, conclusion: .refused), plan: nil),
            ],
            skipped: [SkippedPipeline(path: "x.yml", reason: "no path matches")],
            references: [ReferenceState(ref: "refs/tags/v1", commit: Example.commit(9))])
        let recorded = try await store.record(outcome)
        #expect(recorded.runs.map(\.run.id) == [1, 2])
        #expect(recorded.runs[0].jobs.map(\.id) == [1, 2])
        #expect(recorded.runs[0].jobs.allSatisfy { $0.runID == 1 })
        #expect(recorded.runs[1].plan == RunPlan(name: "CI", path: ".github/workflows/ci.yml"))
        for state in recorded.runs { #expect(try await store.runState(state.run.id) == state) }
        #expect(try await store.plan(ofRun: 2) == nil)
        #expect(try await store.event(ofRun: 1) == outcome.event)
        #expect(
            try await store.knownReferences(of: "app")
                == ["refs/heads/main": Example.commit(2), "refs/tags/v1": Example.commit(9)])
        let record = try #require(try await store.triggerRecords(repository: "app", limit: 1).first)
        #expect(record.runIDs == [1, 2])
        #expect(record.skipped == outcome.skipped)
    }

    @Test("a push that starts nothing leaves a record that says why")
    func nothingStarted() async throws {
        let outcome = TriggerOutcome(
            event: Example.push(1), key: .push(moves: true), reason: "no pipeline file in this commit")
        let recorded = try await store.record(outcome)
        #expect(recorded.runs.isEmpty)
        let records = try await store.triggerRecords()
        #expect(records.map(\.reason) == ["no pipeline file in this commit"])
        #expect(try await store.triggerRecords(repository: "other").isEmpty)
    }

    @Test("a push that poll and webhook tell makes one run, and the second telling is counted")
    func toldTwice() async throws {
        #expect(try await tell(1, before: nil))
        #expect(try await tell(2, before: 1))
        #expect(try await tell(2, before: 1, moves: true) == false)
        #expect(try await store.runs().runs.count == 2)
        #expect(try await store.triggerRecords().map(\.repeats) == [1, 0])
    }

    @Test("a webhook that arrives late does not move the ref back")
    func lateWebhook() async throws {
        for number in 1...3 { #expect(try await tell(number, before: number - 1, moves: true)) }
        #expect(try await tell(2, before: 1) == false)
        #expect(try await state() == Example.commit(3))
    }

    @Test("a push that a poll passed over is recorded when its webhook comes, and the ref stays")
    func passedOver() async throws {
        #expect(try await tell(1, before: nil, moves: true))
        #expect(try await tell(3, before: 2, moves: true))
        #expect(try await tell(2, before: 1))
        #expect(try await state() == Example.commit(3))
        // And a forced push back to it is one of its own.
        #expect(try await tell(2, before: 3))
        #expect(try await state() == Example.commit(2))
    }

    @Test("webhooks that ran ahead of the polls are not told again by the poll that catches up")
    func ranAhead() async throws {
        #expect(try await tell(1, before: nil, moves: true))
        #expect(try await tell(3, before: 2))
        #expect(try await tell(4, before: 3))
        #expect(try await state() == Example.commit(1))
        #expect(try await tell(2, before: 1, moves: true))
        #expect(try await tell(3, before: 2, moves: true) == false)
        #expect(try await tell(4, before: 3, moves: true) == false)
        #expect(try await state() == Example.commit(4))
    }

    @Test("a ref that is forced back and forth runs each time")
    func backAndForth() async throws {
        #expect(try await tell(1, before: nil, moves: true))
        for _ in 1...3 {
            #expect(try await tell(2, before: 1, moves: true))
            #expect(try await tell(1, before: 2))
        }
        #expect(try await store.runs().runs.count == 7)
    }

    @Test("a ref that was deleted and made again at the same commit runs again")
    func deletedAndMade() async throws {
        #expect(try await tell(1, before: nil, moves: true))
        try await store.recordReferences([ReferenceState(ref: "refs/heads/main", commit: nil)], of: "app")
        #expect(try await state() == nil)
        #expect(try await tell(1, before: nil))
        #expect(try await state() == Example.commit(1))
    }

    @Test("the same commit on two refs is two pushes")
    func twoRefs() async throws {
        #expect(try await tell(1, before: nil))
        #expect(try await tell(1, before: nil, ref: "refs/heads/other"))
    }

    @Test("refs that were recorded at the first look start nothing later")
    func firstLook() async throws {
        try await store.recordReferences(
            [ReferenceState(ref: "refs/heads/main", commit: Example.commit(1))], of: "app")
        #expect(try await tell(1, before: nil, moves: true) == false)
        #expect(try await tell(2, before: 1, moves: true))
    }

    @Test("fifty pushes make one event each, in whatever order and how often they are told", arguments: 1...20)
    func anyOrder(seed: Int) async throws {
        var random = SplitMix(state: UInt64(seed))
        let count = 50
        var tellings = (1...count).flatMap { [Int](repeating: $0, count: Int.random(in: 0...2, using: &random)) }
        // A webhook is late by up to ten pushes, or comes before any poll has seen its push.
        tellings.sort()
        for index in tellings.indices {
            tellings.swapAt(index, min(index + Int.random(in: 0...10, using: &random), tellings.count - 1))
        }
        try await store.recordReferences(
            [ReferenceState(ref: "refs/heads/main", commit: Example.commit(0))], of: "app")
        var pushed = 0
        for number in tellings {
            pushed = max(pushed, number)
            _ = try await tell(number, before: number - 1)
            if Int.random(in: 0..<4, using: &random) == 0 {
                // A poll, sometimes killed on its way.
                try await poll(upTo: pushed, steps: Int.random(in: 1...count, using: &random))
            }
        }
        try await poll(upTo: count, steps: count)
        let commits = try await store.triggerRecords(limit: 1000).map(\.commit)
        #expect(commits.count == count)
        #expect(Set(commits).count == count)
        #expect(try await state() == Example.commit(count))
    }

    private func poll(upTo tip: Int, steps: Int) async throws {
        let current = try await state().flatMap { Int($0, radix: 16) } ?? 0
        guard current < tip else { return }
        for number in (current + 1...tip).prefix(steps) {
            _ = try await tell(number, before: number - 1, moves: true)
        }
    }
}

/// A small seeded generator, so that a failure can be run again.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }
}
