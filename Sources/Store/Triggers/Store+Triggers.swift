public import Plan

extension Store {
    /// Stores a webhook before it is acknowledged. Durable.
    public func receive(_ delivery: WebhookDelivery) async throws(StoreError) -> DeliveryReceipt {
        try await write("store a webhook of \(delivery.repository)", durability: .immediate) { database, _ in
            try DeliveriesTable.insert(delivery, database).map(DeliveryReceipt.stored) ?? .duplicate
        }
    }

    /// A repository's deliveries that were acknowledged and not yet dealt with, in the order of arrival: after a restart, what
    /// to take up. Bodies may be large, so ask for a few at a time.
    ///
    /// - Parameter after: only those with a higher id.
    public func pendingDeliveries(
        of repository: String, after id: Int64 = 0, limit: Int
    ) async throws(StoreError) -> [StoredDelivery] {
        try await read("read pending webhooks of \(repository)") { database in
            try DeliveriesTable.pending(of: repository, after: id, limit: max(limit, 1), database)
        }
    }

    /// The same for a list, the newest first.
    public func pendingDeliveryNotes(of repository: String, limit: Int) async throws(StoreError) -> [PendingDelivery] {
        try await read("list pending webhooks of \(repository)") { database in
            try DeliveriesTable.notes(of: repository, limit: max(limit, 1), database)
        }
    }

    /// A delivery that is not yet dealt with; nil for one that is, or is not known.
    public func pendingDelivery(_ id: Int64) async throws(StoreError) -> StoredDelivery? {
        try await read("read webhook \(id)") { database in try DeliveriesTable.pending(id, database) }
    }

    /// Notes what became of a delivery and drops its body. Of several outcomes the first stays.
    public func finishDelivery(_ id: Int64, outcome: String) async throws(StoreError) {
        try await write("finish webhook \(id)") { database, _ in
            try DeliveriesTable.finish(id, outcome: outcome, database)
        }
    }

    /// What became of a delivery; nil while it is pending, or where it is not known.
    public func deliveryOutcome(
        of deliveryID: String, forge: String, repository: String
    ) async throws(StoreError) -> String? {
        try await read("read a webhook of \(repository)") { database in
            try DeliveriesTable.outcome(of: deliveryID, forge: forge, repository: repository, database)
        }
    }

    /// The commit of each ref as last recorded, by the ref's full name. Deleted refs are not in it.
    public func knownReferences(of repository: String) async throws(StoreError) -> [String: String] {
        try await read("read the refs of \(repository)") { database in
            try ReferencesTable.all(of: repository, database)
        }
    }

    /// Sets where refs stand without any event: at the first look at a repository, and where refs were deleted.
    public func recordReferences(_ states: [ReferenceState], of repository: String) async throws(StoreError) {
        try await write("record the refs of \(repository)") { database, _ in
            try RepositoriesTable.add(repository, database)
            for state in states { try ReferencesTable.set(state, in: repository, database) }
        }
    }

    /// Records an event and everything it led to, once, however often it is told. Durable.
    ///
    /// A push is recognised by `PushVerdict`'s rule. Of a poll that finds several new commits of one ref, record each in
    /// the order of the commits, `before` being the one before, with `moves`.
    public func record(_ outcome: TriggerOutcome) async throws(StoreError) -> RecordedTrigger {
        let purpose = "record a \(outcome.event.name) event of \(outcome.event.repository)"
        return try await write(purpose, durability: .immediate) { database, changes in
            try TriggerRecording(outcome, database).record(&changes)
        }
    }

    /// Records several events that one delivery told, all of them or none. Durable.
    ///
    /// - Returns: in the order given; all of a delivery that was dealt with before are duplicates.
    public func record(_ outcomes: [TriggerOutcome]) async throws(StoreError) -> [RecordedTrigger] {
        let names = outcomes.map(\.event.name).joined(separator: " and ")
        return try await write("record a \(names) event", durability: .immediate) { database, changes in
            // The first that is recorded finishes the delivery, which would make the others seem told before.
            let isFinished = try outcomes.first?.deliveryID.map { try DeliveriesTable.isFinished($0, database) } ?? false
            var recorded: [RecordedTrigger] = []
            for var outcome in outcomes {
                if outcome.key == .delivery, !isFinished { outcome.key = .none }
                recorded.append(try TriggerRecording(outcome, database).record(&changes))
            }
            return recorded
        }
    }

    /// Events newest first, also those that started nothing.
    ///
    /// - Parameters:
    ///   - repository: nil for all.
    ///   - before: only events with a lower id.
    public func triggerRecords(
        repository: String? = nil, limit: Int = 30, before: Int64? = nil
    ) async throws(StoreError) -> [TriggerRecord] {
        try await read("list events") { database in
            try EventsTable.records(of: repository, before: before ?? .max, limit: min(max(limit, 1), 1000), database)
        }
    }

    /// The event that a run was made for.
    public func event(ofRun id: Int64) async throws(StoreError) -> Event? {
        try await read("read the event of run \(id)") { database in
            guard let run = try RunsTable.run(id, database) else { return nil }
            return try EventsTable.event(run.eventID, database)
        }
    }
}
