public import Plan

/// Whether an event starts a run of a workflow.
public enum TriggerDecision: Sendable, Hashable {
    case triggered(reason: String)
    /// Why not, in words for the page.
    case skipped(reason: String)

    public var isTriggered: Bool {
        if case .triggered = self { true } else { false }
    }

    public var reason: String {
        switch self {
        case .triggered(let reason), .skipped(let reason): reason
        }
    }
}

/// What can be said before the changed files are known.
public enum TriggerEvaluation: Sendable, Hashable {
    case decided(TriggerDecision)
    /// Everything else fits; the changed files decide.
    case dependsOnPaths(PathCondition)
}

/// `paths` or `paths-ignore` of an event.
public struct PathCondition: Sendable, Hashable {
    let list: FilterList
    let isIgnore: Bool
    /// The reason so far.
    let reason: String

    /// - Parameter paths: the files that the event changed, from the repository's root; nil where they can't be known (a
    ///   branch without history in common, too large a change): the workflow then runs, as on GitHub.
    public func decision(forChangesTo paths: [String]?) -> TriggerDecision {
        let key = isIgnore ? "paths-ignore" : "paths"
        guard let paths else { return .triggered(reason: "\(reason); what changed is not known, so \"\(key)\" is taken as met") }
        guard !paths.isEmpty else { return .skipped(reason: "no file changed, and \"\(key)\" asks for one") }
        if isIgnore {
            return list.skips(changesOnlyTo: paths)
                ? .skipped(reason: "every changed file matches \"paths-ignore\" (\(list.summary))")
                : .triggered(reason: "\(reason), changed files outside \"paths-ignore\"")
        }
        guard let path = paths.first(where: list.includes) else {
            return .skipped(reason: "no changed file matches \"paths\" (\(list.summary))")
        }
        return .triggered(reason: "\(reason), '\(path)' changed")
    }
}

extension Workflow {
    /// Whether an event starts a run, by `on` and by marks in the commit's message.
    ///
    /// - Parameters:
    ///   - commit: of the newest commit; nil where it is not known: no mark is looked for.
    ///   - changedPaths: asked only where `paths` or `paths-ignore` decide; see `PathCondition`.
    public func decision(
        for event: Event, commit: CommitInfo? = nil, changedPaths: () async throws -> [String]?
    ) async rethrows -> TriggerDecision {
        switch evaluation(of: event, commit: commit) {
        case .decided(let decision): decision
        case .dependsOnPaths(let condition): condition.decision(forChangesTo: try await changedPaths())
        }
    }

    /// The same for callers that know the changed files, or know that they can't be known.
    public func decision(
        for event: Event, commit: CommitInfo? = nil, changedPaths: [String]?
    ) -> TriggerDecision {
        switch evaluation(of: event, commit: commit) {
        case .decided(let decision): decision
        case .dependsOnPaths(let condition): condition.decision(forChangesTo: changedPaths)
        }
    }

    /// What can be said without the changed files.
    public func evaluation(of event: Event, commit: CommitInfo? = nil) -> TriggerEvaluation {
        if let meant = event.workflow, !isNamed(meant) {
            return .decided(.skipped(reason: "the event is meant for '\(meant)' only"))
        }
        guard let trigger = trigger(event.name) else {
            let names = triggers.map(\.event.value).joined(separator: ", ")
            return .decided(.skipped(reason: "the event '\(event.name)' is not among those of \"on\": \(names)"))
        }
        if ["push", "pull_request"].contains(event.name), let mark = commit?.skipMark {
            return .decided(.skipped(reason: "the commit's message says '\(mark)'"))
        }
        return trigger.evaluation(of: event)
    }

    /// Whether a name given for a workflow means this one: its path, its file's name, or its own name.
    public func isNamed(_ name: String) -> Bool {
        path == name || path.hasSuffix("/\(name)") || displayName == name
    }
}
