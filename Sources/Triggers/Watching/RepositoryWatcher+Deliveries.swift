internal import Expressions
internal import Git
internal import Plan
internal import Store
internal import Workflows

extension RepositoryWatcher {
    /// Deals with a stored delivery: an event with its runs, or a reason why there is none. Where the remote does not answer,
    /// the delivery stays pending, and the next look goes on with it.
    ///
    /// - Parameter id: of the delivery; it is read when its turn comes, and nothing happens where it is dealt with by then.
    public func deal(withDelivery id: Int64) async {
        await turn {
            do {
                guard let delivery = try await store.pendingDelivery(id) else { return }
                await attempt(delivery)
            } catch {
                report("\(repository.name): can't read delivery \(id): \(error)")
            }
        }
    }

    /// How many deliveries are held in memory: their bodies may be large.
    private static let deliveryBatch = 8

    /// Deals with what waits from before a restart, or from a time when the remote did not answer, until it does not answer
    /// once more.
    func dealWithPendingDeliveries() async {
        var last: Int64 = 0
        while !Task.isCancelled, status.error == nil {
            let pending: [StoredDelivery]
            do {
                pending = try await store.pendingDeliveries(of: repository.name, after: last, limit: Self.deliveryBatch)
            } catch {
                return report("\(repository.name): can't read the pending deliveries: \(error)")
            }
            guard let newest = pending.last else { return }
            for delivery in pending where status.error == nil { await attempt(delivery) }
            last = newest.id
        }
    }

    private func attempt(_ delivery: StoredDelivery) async {
        do throws(TriggerError) {
            try await take(delivery)
        } catch {
            report("\(repository.name): delivery \(delivery.delivery.deliveryID): \(error.message)")
            if error.kind == .unavailable { return look(after: status.nextAttemptAt) }
            await refuse(delivery, because: error.message)
        }
    }

    /// An event without a run, so that whoever looks for what came of it finds why.
    private func refuse(_ delivery: StoredDelivery, because reason: String) async {
        let event = Event(
            repository: repository.name, name: delivery.delivery.eventName, source: .webhook, ref: "", commit: "", actor: "",
            receivedAt: delivery.delivery.receivedAt)
        do { _ = try await store.record(TriggerOutcome(event: event, key: .none, reason: reason)) } catch {
            report("\(repository.name): can't record what came of delivery \(delivery.id): \(error)")
        }
        // Its outcome is the reason: a forge that sends it again is told that.
        await finish(delivery, outcome: reason)
    }

    /// Where refs stood before the first of the pushes that wait: a commit, or nil for a new ref.
    func toldBefores() async throws -> [String: String?] {
        var befores: [String: String?] = [:]
        var last: Int64 = 0
        while true {
            let pending = try await store.pendingDeliveries(of: repository.name, after: last, limit: Self.deliveryBatch)
            guard let newest = pending.last else { return befores }
            for stored in pending {
                guard let forge = WebhookForge(rawValue: stored.delivery.forge),
                    let payload = try? ExpressionValue(json: String(decoding: stored.delivery.body, as: UTF8.self)),
                    case .push(let push) = forge.message(event: stored.delivery.eventName, payload: payload),
                    !befores.keys.contains(push.ref)
                else { continue }
                befores.updateValue(push.before, forKey: push.ref)
            }
            last = newest.id
        }
    }

    private func take(_ stored: StoredDelivery) async throws(TriggerError) {
        let delivery = stored.delivery
        guard let forge = WebhookForge(rawValue: delivery.forge),
            let payload = try? ExpressionValue(json: String(decoding: delivery.body, as: UTF8.self))
        else { throw TriggerError(.invalid, "the stored delivery can't be read") }
        switch forge.message(event: delivery.eventName, payload: payload) {
        case .ping:
            await finish(stored, outcome: "ping")
        case .ignored(let reason):
            await finish(stored, outcome: reason)
        case .push(let push):
            try await take(push, payload: payload, stored)
        case .pullRequest(let request):
            try await take(request, payload: payload, stored)
        case .workflowDispatch(let workflow, let ref, let inputs, let actor):
            try await fetch()
            _ = try await makeDispatch(
                workflow: workflow, ref: ref, inputs: inputs, actor: actor, source: .webhook, deliveryID: stored.id)
        case .repositoryDispatch(let activity, let actor):
            try await takeRepositoryDispatch(activity, actor: actor, payload: payload, stored)
        case .activity(let activity):
            try await take(activity, payload: payload, stored)
        }
    }

    func finish(_ delivery: StoredDelivery, outcome: String) async {
        do { try await store.finishDelivery(delivery.id, outcome: outcome) } catch {
            report("\(repository.name): can't finish delivery \(delivery.id): \(error)")
        }
    }

    // MARK: - Pushes

    private func take(
        _ push: WebhookMessage.Push, payload: ExpressionValue, _ stored: StoredDelivery
    ) async throws(TriggerError) {
        guard let after = push.after else {
            try await fetch()
            try await recordDeletion(of: push.ref)
            return await finish(stored, outcome: "\(push.ref) was deleted")
        }
        guard repository.watches(push.ref) else {
            return await finish(stored, outcome: "the settings do not watch \(push.ref)")
        }
        try await fetchUnlessPresent(after)
        let repository = repository
        let (event, outcome, moves) = try await planned(
            Event(
                repository: repository.name, name: "push", source: .webhook, ref: push.ref, commit: after,
                before: push.before, actor: push.actor, payload: payload, receivedAt: stored.delivery.receivedAt))
        try await record(event, outcome, key: .push(moves: moves), deliveryID: stored.id)
    }

    /// Forgets where a ref stood, unless it is there again: the next push of it is one of a new ref.
    private func recordDeletion(of ref: String) async throws(TriggerError) {
        let path = repository.mirrorPath
        do {
            let isGone = try await queue.run { () throws(GitError) in
                try Mirror.open(existing: path).target(of: ref) == nil
            }
            if isGone { try await store.recordReferences([ReferenceState(ref: ref, commit: nil)], of: repository.name) }
        } catch {
            throw TriggerError(.unavailable, "can't record that \(ref) was deleted: \(error)")
        }
    }

    func fetchUnlessPresent(_ commit: String) async throws(TriggerError) {
        if status.lastSuccessAt != nil, await has(commit) { return }
        try await fetch()
    }

    private func has(_ commit: String) async -> Bool {
        let path = repository.mirrorPath
        let known = try? await queue.run { () throws(GitError) -> Bool in
            guard let id = ObjectID(commit) else { return false }
            return (try? Mirror.open(existing: path).commit(id)) != nil
        }
        return known ?? false
    }

    /// As `planned`, and whether the event's ref stands at its commit in the mirror now.
    func planned(
        _ event: Event
    ) async throws(TriggerError) -> (Event, PipelinePlanner.Outcome, moves: Bool) {
        let path = repository.mirrorPath
        let repository = repository
        do {
            let planned = try await planning { workflows throws(GitError) in
                let mirror = try Mirror.open(existing: path)
                // An annotated tag's push names the tag, not the commit.
                guard let told = ObjectID(event.commit), let commit = try mirror.peeled(told) else {
                    throw GitError(
                        .notFound, operation: "reading the pushed commit", subject: event.commit,
                        reason: "the repository does not have it (any more)")
                }
                var event = event
                event.commit = commit.description
                let target = try mirror.target(of: event.ref).flatMap { id throws(GitError) in try mirror.peeled(id) }
                let planner = PipelinePlanner(
                    mirror: mirror, commit: commit, variables: repository.variables, workflows: workflows,
                    buildspecs: repository.buildspecs, pipelines: repository.pipelines)
                return PlannedEvent(event: event, outcome: try planner.plan(event), isCurrent: target == commit)
            }
            return (planned.event, planned.outcome, planned.isCurrent)
        } catch {
            throw TriggerError(error.isTransient ? .unavailable : .notFound, "\(error)")
        }
    }

    // MARK: - Dispatches

    private func takeRepositoryDispatch(
        _ activity: String, actor: String, payload: ExpressionValue, _ stored: StoredDelivery
    ) async throws(TriggerError) {
        try await fetch()
        let head = try await headOfDefaultBranch()
        let (event, outcome, _) = try await planned(
            Event(
                repository: repository.name, name: "repository_dispatch", activity: activity, source: .webhook,
                ref: head.ref, commit: head.commit.description, actor: actor, payload: payload,
                receivedAt: stored.delivery.receivedAt))
        try await record(event, outcome, key: .delivery, deliveryID: stored.id)
    }
}
