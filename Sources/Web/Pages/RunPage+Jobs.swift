internal import Plan

extension RunPage {
    func jobsValues(_ content: Content) -> PageValues {
        let tree = JobTree(content.jobs)
        let graph = JobGraph(tree)
        let count = tree.entries.count { !$0.isCaller }
        return [
            "runID": content.run.id, "graph": graph.svg, "hasGraph": graph.hasEdges && content.stages == nil,
            "columns": stageValues(content),
            "jobs": tree.entries.map { jobValues($0, content: content) }, "isEmpty": content.jobs.isEmpty,
            "isRefused": content.run.conclusion == .refused, "count": count == 1 ? "1 job" : "\(count) jobs",
        ]
    }

    private func jobValues(_ entry: JobTree.Entry, content: Content) -> PageValues {
        let job = entry.job
        let mood = Mood(job)
        let steps = content.steps[job.id] ?? []
        let failed = steps.first { $0.conclusion?.isFailure ?? false }
        let isFailed = job.conclusion?.isFailure ?? false
        // A stage's column has it already.
        let approval: PageValues =
            content.stages?.hasAction(job) != true
            ? ApprovalValues.values(
                of: job, canOverride: content.repeatable.mayBeOverridden(job),
                isUnanswerable: content.unanswerable.contains(job.id))
            : ["hasApproval": false]
        return [
            "id": job.id, "name": entry.name, "fullName": job.name, "icon": mood.icon, "mood": mood.name,
            "label": mood.label, "reason": Filled(Self.reason(of: job, failedIn: failed)), "runID": job.runID,
            "isFailed": isFailed && !entry.isCaller, "isCaller": entry.isCaller, "depth": min(entry.depth, 4),
            "isNested": entry.depth > 0, "duration": HTMLText.duration(from: job.startedAt, to: job.finishedAt),
            "failedStep": Filled(failed.map { "step \($0.number), \($0.name)" }),
            "isReused": job.reusedFrom != nil, "isTolerated": job.continuesOnError && isFailed,
            "canRerun": content.repeatable.mayRunAgain(job), "hasOptions": content.isOver,
            "tries": Self.triesValues(job), "hasTries": !job.earlierTries.isEmpty, "approval": approval,
            "pause": PauseValues.values(of: job),
            "steps": steps.map { StepValues.line($0, job: job, diagnoses: content.diagnoses[job.id] ?? []) },
            "hasSteps": !steps.isEmpty,
            "stepCount": steps.count == 1 ? "1 step" : "\(steps.count) steps",
            "isOpen": job.status == .running || isFailed,
        ]
    }
}

extension RunPage {
    private static func triesValues(_ job: Job) -> [PageValues] {
        job.earlierTries.enumerated().map { ["number": $0.offset + 1, "id": $0.element] }
    }

    /// A reason that begins with the step that failed, which is named before it, is shown without it.
    fileprivate static func reason(of job: Job, failedIn step: Step?) -> String? {
        guard let reason = job.reason, let step else { return job.reason }
        for prefix in ["step \(step.number) (\(step.name)): ", "step \(step.number): "] where reason.hasPrefix(prefix) {
            return String(reason.dropFirst(prefix.count))
        }
        return reason
    }
}

/// A step as a line of its job.
enum StepValues {
    static func line(_ step: Step, job: Job, diagnoses: [Diagnosis]) -> PageValues {
        let diagnoses = DiagnosisValues.list(diagnoses, of: step, job: job)
        let mood = Mood(step)
        let exit = step.exitCode.map { $0 == 0 ? "" : "exit code \($0)" } ?? ""
        return [
            "number": step.number, "name": step.name, "icon": mood.icon, "mood": mood.name, "label": mood.label,
            "reason": Filled(step.reason ?? exit), "jobID": job.id,
            "duration": HTMLText.duration(from: step.startedAt, to: step.finishedAt),
            "isTolerated": step.outcome?.isFailure == true && step.conclusion == .success,
            "diagnoses": diagnoses, "hasDiagnoses": !diagnoses.isEmpty,
        ]
    }
}
