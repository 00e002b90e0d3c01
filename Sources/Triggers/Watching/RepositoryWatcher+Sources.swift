internal import FoundationEssentials
internal import Git
internal import Plan
internal import RemoteSources
internal import Store

/// An event with what its commit's files make of it.
struct PlannedEvent: Sendable {
    var event: Event
    var outcome: PipelinePlanner.Outcome
    /// Whether the event's ref stands at its commit in the mirror now.
    var isCurrent = true
}

extension RepositoryWatcher {
    /// Seconds for which an event waits for a server that has workflows which its files call. Then its runs are refused, so that
    /// what comes after it is not held up for ever.
    private static let sourcePatience = 600.0
    private static let sourceDelay = 30.0

    /// Has an event planned on the mirror's thread, with everything that its files call in other repositories.
    ///
    /// - Parameter plan: called again as long as it asks for workflows that are not here yet.
    func planning(
        _ plan: @escaping @Sendable (RemoteWorkflows?) throws(GitError) -> PlannedEvent
    ) async throws(GitError) -> PlannedEvent {
        guard let sources else { return try await queue.run { () throws(GitError) in try plan(nil) } }
        let session = await sources.resolver.session(followsBranches: true)
        let workflows = RemoteWorkflows(resolver: sources.resolver, repository: repository.name, session: session)
        var planned: PlannedEvent
        repeat {
            planned = try await queue.run { () throws(GitError) in try plan(workflows) }
        } while await workflows.fetchWanted()
        try wait(for: workflows.outages.first, planned.event)
        for index in planned.outcome.runs.indices where planned.outcome.runs[index].run.status != .completed {
            planned.outcome.runs[index].note(warningsOf: workflows)
            await survey(&planned.outcome.runs[index], of: planned.event, by: sources, in: session)
        }
        return planned
    }

    private func survey(
        _ run: inout NewRun, of event: Event, by sources: ActionSurveyor, in session: SourceResolver.Session
    ) async {
        guard let uses = run.plan.map(ActionUse.all(in:)), sources.isNeeded(for: uses) else { return }
        let files = ObjectID(event.commit).map { commit in
            ActionSurveyor.Files.tree(.init(mirror: repository.mirrorPath, commit: commit))
        }
        run.note(await sources.survey(uses, of: repository.name, files: files ?? .none, in: session))
    }

    /// Puts an event off whose files call workflows of a server that does not answer. The operator, and a tick whose time is
    /// over, are told at once.
    private func wait(for outage: SourceError?, _ event: Event) throws(GitError) {
        guard let outage, event.source != .schedule else {
            sourceOutages[event.commit] = nil
            return
        }
        let since = sourceOutages[event.commit] ?? now()
        guard event.source == .operator || now().timeIntervalSince(since) < Self.sourcePatience else {
            sourceOutages[event.commit] = nil
            return
        }
        if event.source != .operator {
            sourceOutages[event.commit] = since
            if status.nextAttemptAt == nil { look(after: now() + Self.sourceDelay) }
        }
        throw GitError(
            .unreachable, operation: "fetching the workflows that the pipelines call", subject: event.commit,
            // The outage says itself that it is tried again.
            reason: outage.message, remedy: "")
    }
}
