import Plan
import Testing

@testable import Store

@Suite struct StoreChangesTests {
    let folder: StoreFolder
    let store: Store

    init() throws {
        folder = try StoreFolder()
        store = try folder.open()
    }

    @Test("what is committed is told in its order, to those who asked for it")
    func order() async throws {
        var all = store.changes.subscribe().makeAsyncIterator()
        var ofSecond = store.changes.subscribe(run: 2).makeAsyncIterator()
        var ofOther = store.changes.subscribe(repository: "other").makeAsyncIterator()
        let first = try await store.addRun()
        let second = try await store.addRun(Example.run(repository: "other"))
        var run = second.run
        run.status = .running
        _ = try await store.apply([.updateJob(first.jobs[0]), .updateJob(second.jobs[0]), .updateRun(run)])
        _ = try await store.apply(JobProgress(jobID: 1, from: 0, to: 5, summaryChanged: true))
        let expected = [
            StoreChange(kind: .recorded, runID: 1, repository: "app", jobIDs: [1]),
            StoreChange(kind: .recorded, runID: 2, repository: "other", jobIDs: [2]),
            StoreChange(kind: .jobs, runID: 1, repository: "app", jobIDs: [1]),
            StoreChange(kind: .run, runID: 2, repository: "other", jobIDs: [2]),
            StoreChange(kind: .progress, runID: 1, repository: "app", jobIDs: [1]),
            StoreChange(kind: .summary, runID: 1, repository: "app", jobIDs: [1]),
        ]
        for change in expected { #expect(await all.next() == change) }
        for change in [expected[1], expected[3]] {
            #expect(await ofSecond.next() == change)
            #expect(await ofOther.next() == change)
        }
    }

    @Test("what is undone is not told")
    func undone() async throws {
        let state = try await store.addRun()
        var changes = store.changes.subscribe().makeAsyncIterator()
        _ = try? await store.apply([.updateRun(state.run), .removeJob(99)])
        _ = try await store.apply(JobProgress(jobID: 1, from: 7, to: 9))
        try await store.recordPoll(RemoteStatus(repository: "app"))
        _ = try await store.addRun(Example.run(repository: "last"))
        #expect(await changes.next()?.repository == "last")
    }

    @Test("a remote is told about when it goes down and when it comes back, not at every poll")
    func remotes() async throws {
        var changes = store.changes.subscribe().makeAsyncIterator()
        for error in [nil, nil, "refused", "refused", "timed out", nil, nil] as [String?] {
            try await store.recordPoll(RemoteStatus(repository: "app", error: error))
        }
        _ = try await store.addRun()
        for _ in 1...3 { #expect(await changes.next() == StoreChange(kind: .remote, repository: "app")) }
        #expect(await changes.next()?.kind == .recorded)
    }

    @Test("a subscriber that does not read is told that it has missed something, and costs no more than its bound")
    func slowSubscriber() async throws {
        let stream = store.changes.subscribe(keepingNewest: 4)
        for _ in 1...20 { _ = try await store.addRun() }
        var iterator = stream.makeAsyncIterator()
        var kinds: [StoreChange.Kind] = []
        for _ in 1...4 { kinds.append(try #require(await iterator.next()).kind) }
        #expect(kinds.last == .missed)
    }

    @Test("a subscriber's stream ends when the store goes away")
    func storeGone() async throws {
        let stream = try StoreFolder().open().changes.subscribe()
        for await _ in stream {}
    }

    @Test("a subscriber that ends is forgotten")
    func ending() async throws {
        let stream = store.changes.subscribe()
        #expect(store.changes.subscriberCount == 1)
        let reader = Task { for await _ in stream {} }
        reader.cancel()
        await reader.value
        #expect(store.changes.subscriberCount == 0)
    }
}
