internal import Diagnostics
internal import Expressions
internal import Plan
internal import YAML

/// What is known of a matrix before the run: its axes have values, `exclude` names its axes, and it yields at most 256 jobs.
///
/// Rule: `matrix`.
struct MatrixCheck: WorkflowCheck {
    func check(_ workflow: Workflow, reportingTo diagnostics: DiagnosticCollector) {
        for matrix in workflow.jobs.compactMap(\.strategy?.matrix) { check(matrix, diagnostics) }
    }

    private func check(_ matrix: WorkflowMatrix, _ diagnostics: DiagnosticCollector) {
        guard case .object(let members) = matrix.tree else { return }
        let axes = members.filter { !["include", "exclude"].contains($0.name.lowercased()) }
        var isSound = true
        for axis in axes {
            guard case .array(let values) = axis.value, values.isEmpty else { continue }
            isSound = false
            diagnostics.error(
                "matrix", "the matrix axis \"\(axis.name)\" has no values", at: matrix.node[axis.name]?.pointer ?? matrix.keyRange
            )
        }
        let excluded = matrix.node.entries?.first { $0.name.lowercased() == "exclude" }?.value.elements ?? []
        for entry in excluded.flatMap({ $0.entries ?? [] }) {
            guard !axes.contains(where: { $0.name.lowercased() == entry.name.lowercased() }) else { continue }
            isSound = false
            let advice = axes.map(\.name).closestMatch(to: entry.name).map { "; did you mean \"\($0)\"?" } ?? ""
            diagnostics.error(
                "matrix", "\"exclude\" names \"\(entry.name)\", which is no axis of the matrix\(advice)", at: entry.key.range)
        }
        if isSound, matrix.tree.isLiteral { checkCells(of: matrix, diagnostics) }
    }

    private func checkCells(of matrix: WorkflowMatrix, _ diagnostics: DiagnosticCollector) {
        do {
            let value = try matrix.tree.evaluate(in: EvaluationContext(contexts: ExpressionObject()))
            do {
                _ = try MatrixExpansion.cells(of: value)
            } catch {
                diagnostics.error("matrix", error.message, at: matrix.keyRange)
            }
        } catch {
            diagnostics.error("matrix", error.message, at: matrix.keyRange)
        }
    }
}
