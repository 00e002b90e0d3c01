internal import Diagnostics
internal import Expressions
internal import YAML

/// Expressions name jobs, steps and inputs that are there. GitHub takes a missing one for an empty text, so this is a
/// warning. Rule: `unknown-reference`.
struct ReferenceCheck: WorkflowCheck {
    func check(_ workflow: Workflow, reportingTo diagnostics: DiagnosticCollector) {
        let inputs = workflow.triggers.flatMap(\.inputs).map(\.name.value)
        let jobs = Dictionary(workflow.jobs.map { ($0.id.value, $0) }, uniquingKeysWith: { first, _ in first })
        for expression in workflow.expressions {
            let references = expression.expression.references
            let job = expression.job.flatMap { jobs[$0] }
            for use in references.contexts {
                guard let name = use.literalPath.first else { continue }
                switch (use.name.lowercased(), job) {
                case ("needs", let job?):
                    let needs = job.needs.map(\.value)
                    let what = "the job \"\(name)\" is not among the \"needs\" of \"\(job.id.value)\""
                    report(name, among: needs, what, use, in: expression, diagnostics)
                case ("steps", let job?):
                    let what = "no step of the job \"\(job.id.value)\" has the id \"\(name)\""
                    report(name, among: job.steps.compactMap(\.id?.value), what, use, in: expression, diagnostics)
                case ("inputs", _):
                    report(name, among: inputs, "the file declares no input \"\(name)\"", use, in: expression, diagnostics)
                default: continue
                }
            }
        }
    }

    private func report(
        _ name: String, among known: [String], _ message: String, _ use: ExpressionReferences.ContextUse,
        in expression: PlacedExpression, _ diagnostics: DiagnosticCollector
    ) {
        guard !known.contains(where: { $0.lowercased() == name.lowercased() }) else { return }
        let advice = known.closestMatch(to: name).map { "; did you mean \"\($0)\"?" } ?? "; it is empty here"
        diagnostics.warning("unknown-reference", message + advice, at: expression.range(of: use.name, at: use.offset))
    }
}
