import Foundation
import Plan
import Testing

@testable import Store

@Suite struct DeliveryTests {
    let folder: StoreFolder
    let store: Store

    init() throws {
        folder = try StoreFolder()
        store = try folder.open()
    }

    func delivery(_ id: String, forge: String = "github", repository: String = "app") -> WebhookDelivery {
        WebhookDelivery(
            forge: forge, deliveryID: id, eventName: "push", repository: repository,
            headers: ["X-GitHub-Event": "push"], body: Array("{\"ref\":1}".utf8), receivedAt: Example.date)
    }

    @Test("a delivery is pending until it is finished, also after a restart")
    func pending() async throws {
        guard case .stored(let id) = try await store.receive(delivery("a")) else { return #expect(Bool(false)) }
        let reopened = try folder.open()
        #expect(try await reopened.pendingDeliveries(of: "app", limit: 10) == [StoredDelivery(id: id, delivery: delivery("a"))])
        try await reopened.finishDelivery(id, outcome: "event 1")
        try await reopened.finishDelivery(id, outcome: "something else")
        #expect(try await store.pendingDeliveries(of: "app", limit: 10).isEmpty)
        #expect(try await store.deliveryOutcome(of: "a", forge: "github", repository: "app") == "event 1")
    }

    @Test("pending deliveries are read a few at a time, each repository's apart")
    func pages() async throws {
        for id in ["a", "b", "c"] { _ = try await store.receive(delivery(id)) }
        _ = try await store.receive(delivery("x", repository: "other"))
        let first = try await store.pendingDeliveries(of: "app", limit: 2)
        #expect(first.map(\.delivery.deliveryID) == ["a", "b"])
        let rest = try await store.pendingDeliveries(of: "app", after: 2, limit: 2)
        #expect(rest.map(\.delivery.deliveryID) == ["c"])
    }

    @Test("one delivery is found by its id as long as it is pending")
    func one() async throws {
        _ = try await store.receive(delivery("a"))
        #expect(try await store.pendingDelivery(1) == StoredDelivery(id: 1, delivery: delivery("a")))
        try await store.finishDelivery(1, outcome: "event 1")
        #expect(try await store.pendingDelivery(1) == nil)
        #expect(try await store.pendingDelivery(99) == nil)
    }

    @Test("a redelivery is a duplicate, the same id of another forge or repository is not")
    func duplicates() async throws {
        #expect(try await store.receive(delivery("a")) == .stored(id: 1))
        #expect(try await store.receive(delivery("a")) == .duplicate)
        #expect(try await store.receive(delivery("a", forge: "gitea")) != .duplicate)
        #expect(try await store.receive(delivery("a", repository: "other")) != .duplicate)
        try await store.finishDelivery(1, outcome: "event 1")
        #expect(try await store.receive(delivery("a")) == .duplicate)
    }

    @Test("an event that is known by its delivery is recorded once, and finishes the delivery")
    func onceByDelivery() async throws {
        _ = try await store.receive(delivery("a"))
        var event = Example.push(1, source: .webhook)
        event.name = "pull_request"
        let outcome = TriggerOutcome(
            event: event, key: .delivery, runs: [NewRun(run: Example.run(), plan: nil)], deliveryID: 1)
        #expect(try await store.record(outcome).isDuplicate == false)
        #expect(try await store.record(outcome).isDuplicate)
        #expect(try await store.pendingDeliveries(of: "app", limit: 10).isEmpty)
        #expect(try await store.runs().runs.count == 1)
    }
}
