internal import Expressions
internal import Git
internal import Plan
internal import Store

/// What webhooks tell beside pushes: pull requests, issues, releases and the like.
extension RepositoryWatcher {
    func take(
        _ request: WebhookMessage.PullRequest, payload: ExpressionValue, _ stored: StoredDelivery
    ) async throws(TriggerError) {
        if repository.pullRequests == .off {
            return await finish(stored, outcome: "the settings do not run pull requests")
        }
        if request.isFromFork, repository.pullRequests != .all {
            return await finish(stored, outcome: "pull request \(request.number) comes from a fork, and the settings run none")
        }
        try await fetchUnlessPresent(request.headCommit)
        var planned: [PlannedEvent] = []
        for name in request.events {
            let event = try await event(name, of: request, payload: payload, stored)
            let (told, outcome, isCurrent) = try await self.planned(event)
            // A push or a pull request is worth a record also where it starts nothing; its siblings only where they might.
            guard outcome.isAwaited || name == "pull_request" else { continue }
            planned.append(PlannedEvent(event: told, outcome: outcome, isCurrent: isCurrent))
        }
        guard !planned.isEmpty else { return await finish(stored, outcome: Self.nobodyAwaits(request.events[0])) }
        try await record(planned, deliveryID: stored.id)
    }

    /// The event with the commit that it runs: the pull request's own, whose author may be a stranger; or, of
    /// `pull_request_target`, the default branch's, which is trusted and has the secrets, whoever made the pull request.
    private func event(
        _ name: String, of request: WebhookMessage.PullRequest, payload: ExpressionValue, _ stored: StoredDelivery
    ) async throws(TriggerError) -> Event {
        var event = Event(
            repository: repository.name, name: name, activity: request.activity, source: .webhook,
            ref: "refs/pull/\(request.number)/merge", commit: request.headCommit, baseBranch: request.baseBranch,
            headBranch: request.headBranch, actor: request.actor, payload: payload, isUntrusted: request.isFromFork,
            receivedAt: stored.delivery.receivedAt)
        guard name == "pull_request_target" else { return event }
        let head = try await headOfDefaultBranch()
        event.ref = head.ref
        event.commit = head.commit.description
        event.isUntrusted = false
        return event
    }

    func take(
        _ activity: WebhookMessage.Activity, payload: ExpressionValue, _ stored: StoredDelivery
    ) async throws(TriggerError) {
        try await fetch()
        let place = try await place(of: activity)
        var (event, outcome, _) = try await planned(
            Event(
                repository: repository.name, name: activity.event, activity: activity.activity, source: .webhook, ref: place.ref,
                commit: place.commit, baseBranch: place.baseBranch, actor: activity.actor, payload: payload,
                receivedAt: stored.delivery.receivedAt))
        guard outcome.isAwaited else { return await finish(stored, outcome: Self.nobodyAwaits(activity.event)) }
        if let reason = try await ownDoing(activity.event, payload) { outcome = PipelinePlanner.Outcome(refusal: reason) }
        try await record(event, outcome, key: .delivery, deliveryID: stored.id)
    }

    /// Why an event starts nothing that Slipway itself caused; nil for any other.
    private func ownDoing(_ event: String, _ payload: ExpressionValue) async throws(TriggerError) -> String? {
        guard let own = repository.ownStatuses else { return nil }
        if own.caused(event, payload: payload) { return "Slipway itself set what the forge tells of: a run would tell of itself" }
        guard let commit = own.commitOfSuite(event, payload: payload) else { return nil }
        do {
            guard try await store.hasRun(of: repository.name, commit: commit) else { return nil }
        } catch {
            throw TriggerError(.unavailable, "can't read the runs of \(commit): \(error)")
        }
        return "Slipway itself has checks on \(commit.prefix(7)), whose suite this may be: a run would tell of itself"
    }

    private static func nobodyAwaits(_ event: String) -> String { "no pipeline's \"on\" has \(event)" }

    private func place(
        of activity: WebhookMessage.Activity
    ) async throws(TriggerError) -> (ref: String, commit: String, baseBranch: String?) {
        switch activity.place {
        case .defaultBranch:
            let head = try await headOfDefaultBranch()
            return (head.ref, head.commit.description, nil)
        case .ref(let name):
            let head = try await head(of: name)
            return (head.ref, head.commit.description, nil)
        case .commit(let commit, let name):
            // One that was named by itself has no ref.
            guard let name, name != commit, let head = try? await head(of: name) else { return ("", commit, nil) }
            return (head.ref, commit, nil)
        case .mergeGroup(let ref, let commit, let base):
            return (ref, commit, base.map { $0.name(after: "refs/heads/") ?? $0 })
        }
    }
}
