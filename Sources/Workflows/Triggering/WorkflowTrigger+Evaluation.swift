internal import Expressions
internal import Plan

extension WorkflowTrigger {
    /// Whether an event of this trigger's name passes its filters.
    func evaluation(of event: Event) -> TriggerEvaluation {
        switch event.name {
        case "push": evaluationOfPush(event)
        case "schedule": .decided(decisionOfSchedule(event))
        case "workflow_dispatch": .decided(.triggered(reason: "started by \(event.actor)"))
        case "workflow_run": .decided(decisionOfRun(event))
        default: evaluationOfActivity(event)
        }
    }

    // MARK: Pushes

    private func evaluationOfPush(_ event: Event) -> TriggerEvaluation {
        if let tag = event.reference.tag {
            if tags == nil, tagsIgnore == nil, branches != nil || branchesIgnore != nil {
                return .decided(.skipped(reason: "'\(tag)' is a tag, and only branches are filtered for"))
            }
            // Changed files are not looked at for tags.
            return .decided(refusal(of: tag, kind: "tag", tags, tagsIgnore) ?? .triggered(reason: "tag '\(tag)' was pushed"))
        }
        let branch = event.reference.shortName
        if branches == nil, branchesIgnore == nil, tags != nil || tagsIgnore != nil {
            return .decided(.skipped(reason: "'\(branch)' is a branch, and only tags are filtered for"))
        }
        if let refusal = refusal(of: branch, kind: "branch", branches, branchesIgnore) { return .decided(refusal) }
        return withPaths(reason: "branch '\(branch)' was pushed")
    }

    // MARK: Activities

    private func evaluationOfActivity(_ event: Event) -> TriggerEvaluation {
        var reason = "event '\(event.name)'"
        if let activity = event.activity {
            if let refusal = refusal(ofActivity: activity, of: event.name) { return .decided(refusal) }
            reason += ", activity '\(activity)'"
        }
        if branches != nil || branchesIgnore != nil {
            guard let branch = event.baseBranch ?? event.branch else {
                return .decided(.skipped(reason: "the event has no branch to compare with the filter of branches"))
            }
            if let refusal = refusal(of: branch, kind: "base branch", branches, branchesIgnore) {
                return .decided(refusal)
            }
            reason += " on '\(branch)'"
        }
        return withPaths(reason: reason)
    }

    // MARK: Runs

    /// Whether it follows the workflow whose run the event is about.
    func follows(_ event: Event) -> Bool {
        guard case .string(let name)? = event.payload["workflow_run"]?["name"] else { return false }
        return workflows?.contains { $0.value == name } ?? false
    }

    /// The branches are those of the run that is followed, the pipeline itself is the default branch's.
    private func decisionOfRun(_ event: Event) -> TriggerDecision {
        let run = event.payload["workflow_run"]
        guard follows(event), case .string(let name)? = run?["name"] else {
            let names = (workflows ?? []).map(\.value).joined(separator: ", ")
            return .skipped(reason: "the run is of none of \"workflows\": \(names)")
        }
        if let activity = event.activity, let refusal = refusal(ofActivity: activity, of: event.name) { return refusal }
        if case .string(let branch)? = run?["head_branch"], !branch.isEmpty {
            if let refusal = refusal(of: branch, kind: "branch", branches, branchesIgnore) { return refusal }
        } else if branches != nil {
            return .skipped(reason: "the run has no branch to compare with the filter of branches")
        }
        return .triggered(reason: "a run of '\(name)' was \(event.activity ?? "changed")")
    }

    private func refusal(ofActivity activity: String, of event: String) -> TriggerDecision? {
        if let types {
            guard !types.contains(where: { $0.value == activity }) else { return nil }
            let names = types.map(\.value).joined(separator: ", ")
            return .skipped(reason: "the activity '\(activity)' is not among \"types\": \(names)")
        }
        guard let defaults = EventCatalog.named(event)?.defaultTypes, !defaults.contains(activity) else { return nil }
        let names = defaults.joined(separator: ", ")
        return .skipped(reason: "the activity '\(activity)' is not among those that count without \"types\": \(names)")
    }

    private func decisionOfSchedule(_ event: Event) -> TriggerDecision {
        guard case .string(let cron)? = event.payload["schedule"] else { return .triggered(reason: "its time has come") }
        guard schedules.contains(where: { $0.cron.value == cron }) else {
            return .skipped(reason: "'\(cron)' is none of its schedules")
        }
        return .triggered(reason: "its time '\(cron)' has come")
    }

    // MARK: Filters

    private func refusal(
        of name: String, kind: String, _ filter: WorkflowFilter?, _ ignore: WorkflowFilter?
    ) -> TriggerDecision? {
        if let filter, !filter.list.includes(name) {
            return .skipped(reason: "\(kind) '\(name)' matches none of \(filter.list.summary)")
        }
        if let ignore, ignore.list.ignores(name) {
            return .skipped(reason: "\(kind) '\(name)' is ignored by \(ignore.list.summary)")
        }
        return nil
    }

    private func withPaths(reason: String) -> TriggerEvaluation {
        if let paths, !paths.list.patterns.isEmpty {
            return .dependsOnPaths(PathCondition(list: paths.list, isIgnore: false, reason: reason))
        }
        if let pathsIgnore, !pathsIgnore.list.patterns.isEmpty {
            return .dependsOnPaths(PathCondition(list: pathsIgnore.list, isIgnore: true, reason: reason))
        }
        return .decided(.triggered(reason: reason))
    }
}
