internal import Plan

extension RunPage {
    /// What the page's columns are made of; empty for a run without stages.
    func stageValues(_ content: Content) -> PageValues {
        guard let columns = content.stages else { return ["hasStages": false] }
        let run = content.run
        return [
            "hasStages": true, "sourceRef": run.reference.shortName, "sourceCommit": String(run.commit.prefix(8)),
            "sourceTitle": run.title, "stages": columns.stages.map { values(of: $0, content: content) },
        ]
    }

    private func values(of stage: StageColumns.Stage, content: Content) -> PageValues {
        let mood = Mood(stage.job)
        let groups = Dictionary(grouping: stage.actions, by: \.runOrder).sorted { $0.key < $1.key }.map(\.value)
        return [
            "stageID": stage.job.id, "stage": stage.job.key, "icon": mood.icon, "mood": mood.name, "label": mood.label,
            "reason": Filled(stage.job.status == .running ? nil : Self.shortReason(of: stage.job)),
            "duration": HTMLText.duration(from: stage.job.startedAt, to: stage.job.finishedAt),
            "isReused": stage.job.reusedFrom != nil, "runID": content.run.id,
            "canRetry": content.canRerun && stage.hasFailed, "canRetryFailed": !stage.rollsBack,
            "groups": groups.map { group -> PageValues in
                ["actions": group.flatMap { values(of: $0, content: content) }, "isParallel": group.count > 1]
            },
        ]
    }

    private func values(of action: StageColumns.Action, content: Content) -> [PageValues] {
        guard !action.jobs.isEmpty else {
            return [["name": action.name, "kind": action.plan.actionKind, "mood": "skipped", "isPlanned": true, "icon": ""]]
        }
        return action.jobs.map { job in
            let mood = Mood(job)
            return [
                "name": action.name, "kind": action.plan.actionKind, "id": job.id, "mood": mood.name, "icon": mood.icon,
                "isPlanned": false, "isCall": action.plan.call != nil, "label": mood.label,
                "reason": Filled(job.awaitsApproval || job.approval?.answer != nil ? nil : Self.shortReason(of: job)),
                "duration": HTMLText.duration(from: job.startedAt, to: job.finishedAt),
                "isFailed": job.conclusion?.isFailure ?? false, "hasLog": job.approval == nil || job.status != .waiting,
                "approval": ApprovalValues.values(
                    of: job, canOverride: content.repeatable.mayBeOverridden(job),
                    isUnanswerable: content.unanswerable.contains(job.id)),
            ]
        }
    }

    private static func shortReason(of job: Job) -> String? {
        job.reason.map { $0.count > 200 ? $0.prefix(199) + "…" : $0 }
    }
}
