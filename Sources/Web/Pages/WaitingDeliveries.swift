internal import Plan
internal import Store

extension WebSite {
    /// More are not listed.
    private static let mostWaiting = 30

    /// The webhooks of a repository that are on disk and wait, the newest first, as events that have started nothing yet.
    func waitingDeliveries(of repository: String, remote: RemoteStatus?) async throws -> [TriggerRecord] {
        let waiting = try await store.pendingDeliveryNotes(of: repository, limit: Self.mostWaiting)
        let reason =
            remote?.error.map { "It is kept, and looked at again once the repository can be reached: \($0)" }
            ?? "It is kept, and waits for its turn."
        return waiting.map { delivery in
            TriggerRecord(
                eventID: 0, repository: repository, event: delivery.eventName, source: .webhook, ref: "", commit: "", actor: "",
                receivedAt: delivery.receivedAt, reason: reason, skipped: [], runIDs: [], repeats: 0)
        }
    }
}
