internal import Diagnostics
internal import Expressions

/// Expressions name jobs, steps and inputs that are there. GitHub takes a missing one for an empty text, so this is a
/// warning. Rule: `unknown-reference`.
struct ReferenceCheck: WorkflowCheck {
    /// What a job's expressions may name.
    private struct Scope {
        let job: WorkflowJob
        let needs: KnownNames
        let steps: KnownNames
    }

    func check(_ workflow: Workflow, reportingTo diagnostics: DiagnosticCollector) {
        let inputs = KnownNames(workflow.triggers.flatMap(\.inputs).map(\.name.value))
        let scopes = workflow.jobs.map { job in
            let steps = KnownNames(job.steps.withInnerSteps.compactMap(\.id?.value))
            return Scope(job: job, needs: KnownNames(job.needs.map(\.value)), steps: steps)
        }
        let jobs = KnownNames(workflow.jobs.map(\.id.value))
        let scopesByJob = Dictionary(scopes.map { ($0.job.id.value, $0) }, uniquingKeysWith: { first, _ in first })
        for expression in workflow.expressions {
            let scope = expression.job.flatMap { scopesByJob[$0] }
            for use in expression.references.contexts {
                guard let problem = problem(with: use, at: expression.place, scope: scope, inputs: inputs, jobs: jobs) else {
                    continue
                }
                diagnostics.warning("unknown-reference", problem, at: expression.range(of: use.name, at: use.offset))
            }
        }
    }

    private func problem(
        with use: ExpressionReferences.ContextUse, at place: ExpressionPlace, scope: Scope?, inputs: KnownNames,
        jobs: KnownNames
    ) -> String? {
        let context = use.name.lowercased()
        guard let name = use.literalPath.first, place.contexts.contains(context) else { return nil }
        switch (context, scope) {
        case ("needs", let scope?) where !scope.needs.contains(name):
            return "the job \"\(name)\" is not among the \"needs\" of \(scope.job.label)\(advice(name, scope.needs))"
        case ("steps", let scope?) where !scope.steps.contains(name):
            return "no step of \(scope.job.label) has the id \"\(name)\"\(advice(name, scope.steps))"
        case ("inputs", _) where !inputs.contains(name):
            return "the file declares no input \"\(name)\"\(advice(name, inputs))"
        case ("jobs", _) where !jobs.contains(name):
            return "no job of this file has the id \"\(name)\"\(advice(name, jobs))"
        default: return nil
        }
    }

    private func advice(_ name: String, _ known: KnownNames) -> String {
        known.meant(by: name).map { "; did you mean \"\($0)\"?" } ?? "; it is empty here"
    }
}
