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
        #expect(try await reopened.pendingDeliveries() == [StoredDelivery(id: id, delivery: delivery("a"))])
        try await reopened.finishDelivery(id, outcome: "event 1")
        try await reopened.finishDelivery(id, outcome: "something else")
        #expect(try await store.pendingDeliveries().isEmpty)
        #expect(try await store.deliveryOutcome(of: "a", forge: "github", repository: "app") == "event 1")
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
        #expect(try await store.pendingDeliveries().isEmpty)
        #expect(try await store.runs().runs.count == 1)
    }
}
