internal import Expressions
internal import Plan

extension JobWalker {
    func evaluationContext(environment: [String: String]) -> EvaluationContext {
        EvaluationContext(
            contexts: contexts.all(environment: environment),
            functions: StepFunctions(status: contexts.status, workspace: workplace.folders.workspace.outside))
    }

    func text(_ template: Template, in key: String, environment: [String: String]? = nil) throws(ExecutionError) -> String {
        if template.isLiteral { return template.source }
        do { return try template.text(in: evaluationContext(environment: environment ?? self.environment)) } catch {
            throw ExecutionError("can't evaluate \(key) (\(template.source)): \(error.message)")
        }
    }

    func flag(_ template: Template?, in key: String, environment: [String: String]) throws(ExecutionError) -> Bool {
        guard let template else { return false }
        do { return try template.evaluate(in: evaluationContext(environment: environment)).isTruthy } catch {
            throw ExecutionError("can't evaluate \(key) (\(template.source)): \(error.message)")
        }
    }

    /// A `timeout-minutes`; nil where there is none.
    func minutes(_ template: Template?, environment: [String: String]) throws(ExecutionError) -> Double? {
        guard let template else { return nil }
        let text = try text(template, in: "timeout-minutes", environment: environment)
        guard let minutes = Double(text), minutes > 0 else {
            throw ExecutionError("timeout-minutes must be a number above 0, found \"\(text)\"")
        }
        return minutes
    }
}
