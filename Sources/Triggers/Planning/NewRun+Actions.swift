internal import Diagnostics
internal import FoundationEssentials
internal import Plan
internal import RemoteSources
internal import Store

extension NewRun {
    /// Takes in what came of looking for the actions that the run's steps call: one that can't be used refuses the run, with its
    /// line. One whose server does not answer is looked for again when its job starts.
    mutating func note(_ survey: ActionSurvey) { note(survey.diagnostics(isTriedAgain: true)) }

    /// Adds remarks; one of a mistake refuses the run.
    mutating func note(_ found: [Diagnostic]) {
        guard !found.isEmpty else { return }
        run.diagnostics = (run.diagnostics + found).inFileOrder
        guard found.containsError else { return }
        run.status = .completed
        run.conclusion = .refused
        run.finishedAt = run.createdAt
        run.reason = "\(run.workflowPath) calls what can't be used: nothing was executed"
        jobs = []
    }

    /// What is to be said of the workflows of other repositories that the run's jobs call.
    mutating func note(warningsOf workflows: RemoteWorkflows) {
        guard let plan else { return }
        note(
            plan.jobs.compactMap { job in
                guard let call = job.call, let warning = workflows.warning(about: call.reference) else { return nil }
                return Diagnostic(
                    severity: .warning, rule: "moved-reference", message: warning, file: plan.path,
                    range: SourceRange(line: job.position.line, column: job.position.column))
            })
    }
}
