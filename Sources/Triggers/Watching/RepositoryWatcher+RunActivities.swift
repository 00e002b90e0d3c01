internal import Expressions
internal import Git
internal import Plan
internal import Store
internal import Workflows

/// Pipelines that follow the runs of others (`workflow_run`).
extension RepositoryWatcher {
    /// How many runs may be started one by the other, after the first one, as on GitHub.
    private static let longestChain = 3
    private static let batch = 20

    /// Starts what follows the repository's runs, as these change, until the task is cancelled.
    func followRuns() async {
        let changes = store.changes.subscribe(repository: repository.name, kinds: [.recorded, .run])
        await dealWithRunActivities()
        for await _ in changes where followedWorkflows?.isEmpty != true { await dealWithRunActivities() }
    }

    /// Notes which workflows are followed, so that nothing is kept for nobody.
    func noteFollowers(among documents: [WorkflowDocument]) async throws(TriggerError) {
        var followed: Set<String> = []
        for document in documents where document.isAccepted {
            let trigger = document.workflow?.trigger(RunActivity.event)
            followed.formUnion((trigger?.workflows ?? []).map(\.value))
        }
        do { try await store.setFollowsRuns(!followed.isEmpty, of: repository.name) } catch {
            throw TriggerError(.unavailable, "can't note which workflows are followed: \(error)")
        }
        followedWorkflows = followed
    }

    func dealWithRunActivities() async {
        await turn {
            while !Task.isCancelled {
                let activities: [RunActivity]
                do { activities = try await store.runActivities(of: repository.name, limit: Self.batch) } catch {
                    return report("\(repository.name): can't read what happened to its runs: \(error)")
                }
                if activities.isEmpty { return }
                for activity in activities {
                    // The store, or the mirror, is asked again when the next run changes.
                    guard await dealt(with: activity) else { return }
                }
            }
        }
    }

    private func dealt(with activity: RunActivity) async -> Bool {
        do throws(TriggerError) {
            try await take(activity)
            return true
        } catch {
            let subject = "\(activity.kind.rawValue) of run \(activity.run.id)"
            report("\(repository.name): can't tell the pipelines that follow runs of \(subject): \(error.message)")
            if error.kind == .unavailable { return false }
        }
        do { try await store.forgetRunActivity(activity.id) } catch { return false }
        return true
    }

    private func take(_ activity: RunActivity) async throws(TriggerError) {
        if let followedWorkflows, !followedWorkflows.contains(activity.run.workflow) { return try await forget(activity) }
        let head = try await headOfDefaultBranch()
        let (cause, depth) = try await origin(of: activity.run)
        let repository = repository
        let receivedAt = now()
        var (event, outcome) = try await planned { mirror throws(GitError) in
            let commit = ObjectID(activity.run.commit).flatMap { try? mirror.commit($0) }
            let payload = RunPayload(repository: repository, activity: activity, cause: cause, commit: commit)
            return Event(
                repository: repository.name, name: RunActivity.event, activity: activity.kind.rawValue, source: .run,
                ref: head.ref,
                commit: head.commit.description, actor: activity.run.actor, payload: payload.value, receivedAt: receivedAt)
        }
        guard outcome.isAwaited else { return try await forget(activity) }
        if depth >= Self.longestChain, !outcome.runs.isEmpty {
            outcome.runs = []
            outcome.refusal =
                "no more than \(Self.longestChain) runs may follow one another, and run \(activity.run.id) is the last"
        }
        try await record(event, outcome, key: .runActivity(activity.id), deliveryID: nil)
    }

    private func origin(of run: Run) async throws(TriggerError) -> (cause: Event?, depth: Int) {
        do {
            return (
                try await store.event(ofRun: run.id),
                try await store.followingDepth(ofRun: run.id, limit: Self.longestChain)
            )
        } catch {
            throw TriggerError(.unavailable, "can't read how run \(run.id) came to be: \(error)")
        }
    }

    private func forget(_ activity: RunActivity) async throws(TriggerError) {
        do { try await store.forgetRunActivity(activity.id) } catch {
            throw TriggerError(.unavailable, "can't forget what happened to run \(activity.run.id): \(error)")
        }
    }
}
