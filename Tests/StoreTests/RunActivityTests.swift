import Expressions
import Plan
import Testing

@testable import Store

@Suite struct RunActivityTests {
    let folder: StoreFolder
    let store: Store

    init() throws {
        folder = try StoreFolder()
        store = try folder.open()
    }

    private func change(_ run: Run, to status: Status, _ conclusion: Conclusion? = nil, attempt: Int = 1) async throws -> Run {
        var run = run
        (run.status, run.conclusion, run.attempt) = (status, conclusion, attempt)
        _ = try await store.apply([.updateRun(run)])
        return run
    }

    @Test("what happens to a run is kept from the time on at which somebody follows, each once, with its attempt")
    func activities() async throws {
        _ = try await store.addRun()
        #expect(try await store.runActivities(of: "app", limit: 10).isEmpty)
        try await store.setFollowsRuns(true, of: "app")
        var run = try await store.addRun().run
        _ = try await store.addRun(Example.run(repository: "other"))
        run = try await change(run, to: .waiting)
        run = try await change(run, to: .running)
        run = try await change(run, to: .running)
        run = try await change(run, to: .completed, .failure)
        run = try await change(run, to: .queued, attempt: 2)
        run = try await change(run, to: .running, attempt: 2)
        run = try await change(run, to: .completed, .success, attempt: 2)
        let activities = try await store.runActivities(of: "app", limit: 10)
        #expect(activities.map(\.kind) == [.requested, .inProgress, .completed, .inProgress, .completed])
        #expect(activities.map(\.attempt) == [1, 1, 1, 2, 2])
        #expect(activities.map(\.conclusion) == [nil, nil, .failure, nil, .success])
        #expect(activities.allSatisfy { $0.run == run })
        try await store.setFollowsRuns(false, of: "app")
        _ = try await store.addRun()
        #expect(try await store.runActivities(of: "app", limit: 10).count == 5)
    }

    @Test("a run that was refused never ran: nobody is told of it")
    func refused() async throws {
        try await store.setFollowsRuns(true, of: "app")
        _ = try await store.addRun(Example.run(status: .completed, conclusion: .refused))
        #expect(try await store.runActivities(of: "app", limit: 10).isEmpty)
    }

    @Test("an activity is dealt with by its event, or forgotten, once")
    func dealtWith() async throws {
        try await store.setFollowsRuns(true, of: "app")
        let run = try await store.addRun().run
        _ = try await change(run, to: .running)
        let activities = try await store.runActivities(of: "app", limit: 10)
        var event = Example.push(1)
        event.name = RunActivity.event
        event.payload = ["workflow_run": ["id": .number(Double(run.id))]]
        let outcome = TriggerOutcome(
            event: event, key: .runActivity(activities[0].id), runs: [NewRun(run: Example.run(), plan: Example.plan("a"))])
        #expect(try await !store.record(outcome).isDuplicate)
        #expect(try await store.record(outcome).isDuplicate)
        try await store.forgetRunActivity(activities[1].id)
        // The run that the event started is an activity itself.
        #expect(try await store.runActivities(of: "app", limit: 10).map(\.run.id) == [run.id + 1])
    }

    @Test("the depth of a run is how many before it followed one another, up to a limit")
    func depth() async throws {
        var last = try await store.addRun().run.id
        #expect(try await store.followingDepth(ofRun: last, limit: 3) == 0)
        for depth in 1...5 {
            var event = Example.push(1)
            event.name = RunActivity.event
            event.payload = ["workflow_run": ["id": .number(Double(last))]]
            var run = Example.run()
            run.event = RunActivity.event
            let recorded = try await store.record(
                TriggerOutcome(event: event, key: .none, runs: [NewRun(run: run, plan: Example.plan("a"))]))
            last = try #require(recorded.runs.first).run.id
            #expect(try await store.followingDepth(ofRun: last, limit: 3) == min(depth, 3))
        }
    }

    @Test("the events that one delivery told are recorded together, and once")
    func severalEvents() async throws {
        let delivery = WebhookDelivery(
            forge: "github", deliveryID: "d", eventName: "pull_request", repository: "app", body: [1], receivedAt: Example.date)
        guard case .stored(let id) = try await store.receive(delivery) else {
            Issue.record("the delivery was not stored")
            return
        }
        let outcomes = ["pull_request", "pull_request_target"].map { name in
            var event = Example.push(1)
            event.name = name
            return TriggerOutcome(
                event: event, key: .delivery, runs: [NewRun(run: Example.run(), plan: Example.plan("a"))], deliveryID: id)
        }
        let first = try await store.record(outcomes)
        #expect(first.map(\.isDuplicate) == [false, false] && first.flatMap(\.runs).count == 2)
        #expect(try await store.pendingDelivery(id) == nil)
        #expect(try await store.record(outcomes).map(\.isDuplicate) == [true, true])
        #expect(try await store.triggerRecords().count == 2)
    }

    @Test("a subscriber hears of the kinds that it asked for only")
    func kinds() async throws {
        var changes = store.changes.subscribe(kinds: [.run]).makeAsyncIterator()
        let state = try await store.addRun()
        _ = try await store.apply([.updateJob(state.jobs[0])])
        _ = try await change(state.run, to: .running)
        #expect(await changes.next()?.kind == .run)
    }
}
