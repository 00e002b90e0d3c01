internal import Plan

/// The stages of a pipeline's run, each with its actions: those that ran, and those that are still to come.
struct StageColumns: Sendable {
    struct Action: Sendable {
        /// The name in the file.
        let name: String
        let plan: JobPlan
        /// The cells of a matrix, or one job; none before its stage began.
        let jobs: [Job]
        let runOrder: Int
    }

    struct Stage: Sendable {
        let job: Job
        let actions: [Action]

        /// Whether something in it can be tried again.
        var hasFailed: Bool { job.conclusion?.isFailure ?? false }
        /// Whether it is tried again as a whole only: what it deployed was put back.
        let rollsBack: Bool
    }

    let stages: [Stage]

    /// Whether a job is an action of a stage, rather than a job of a workflow that one calls.
    func hasAction(_ job: Job) -> Bool {
        stages.contains { $0.actions.contains { $0.jobs.contains { $0.id == job.id } } }
    }

    /// Nil for a run of anything but a pipeline.
    init?(_ plan: RunPlan?, jobs: [Job]) {
        guard let plan, plan.dialect == .pipeline else { return nil }
        let called = Dictionary(grouping: jobs) { $0.callerID ?? 0 }
        stages = (called[0] ?? []).compactMap { job in
            guard let stage = plan.job(job.key)?.call?.plan else { return nil }
            let children = called[job.id] ?? []
            return Stage(
                job: job,
                actions: stage.jobs.map { action in
                    Action(
                        name: action.key, plan: action, jobs: children.filter { JobKey.own($0.key) == action.key },
                        runOrder: Self.order(of: action, in: stage))
                }, rollsBack: plan.job(job.key)?.stageRollsBack == true)
        }
    }

    /// Actions beside each other need the same ones.
    private static func order(of action: JobPlan, in stage: RunPlan) -> Int {
        Set(stage.jobs.map(\.needs.count)).sorted().firstIndex(of: action.needs.count) ?? 0
    }

    /// Whether a pipeline file has such a name; others are not asked for their plan.
    static func isLikely(_ run: Run) -> Bool {
        let name = run.workflowPath.split(separator: "/").last.map(String.init) ?? run.workflowPath
        return ["pipeline.yml", "pipeline.yaml"].contains { name == $0 || name.hasSuffix(".\($0)") }
    }
}

extension JobPlan {
    /// What kind of action a job of a stage is, in a word or two.
    var actionKind: String {
        if approval?.isWholeJob ?? false { return "Approval" }
        if call != nil { return "Workflow" }
        let uses = steps.compactMap { step -> String? in
            if case .action(let call) = step.work { call.actionName } else { nil }
        }
        if uses.contains("slipway/ecs-deploy") { return "Deploy to ECS" }
        let hasScript = steps.contains { step in
            if case .script = step.work { true } else { false }
        }
        return hasScript ? "Commands" : "Build"
    }
}
