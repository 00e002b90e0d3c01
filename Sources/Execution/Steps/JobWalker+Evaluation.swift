internal import Expressions
internal import Plan

extension JobWalker {
    func evaluationContext(environment: [String: String]) -> EvaluationContext {
        EvaluationContext(
            contexts: contexts.all(environment: environment),
            functions: StepFunctions(status: contexts.status, workspace: workplace.folders.workspace.outside))
    }

    func text(_ template: Template, in key: String, environment: [String: String]? = nil) throws(ExecutionError) -> String {
        if let text = template.literalText { return text }
        do { return try template.text(in: evaluationContext(environment: environment ?? self.environment)) } catch {
            throw ExecutionError("can't evaluate \(key) (\(template.source)): \(error.message)")
        }
    }

    func flag(_ template: Template?, in key: String, environment: [String: String]) throws(ExecutionError) -> Bool {
        guard let template else { return false }
        do { return try template.flag(in: evaluationContext(environment: environment)) } catch {
            throw ExecutionError("can't evaluate \(key) (\(template.source)): \(error.message)")
        }
    }

    /// The variables of an `env`: each in what was there before it, so that none sees its siblings.
    func variables(
        _ templates: [NamedTemplate], in key: String, environment: [String: String]
    ) throws(ExecutionError) -> [String: String] {
        var variables: [String: String] = [:]
        for variable in templates {
            if !variable.name.isEmpty, let text = variable.value.literalText {
                variables[variable.name] = text
                continue
            }
            do {
                for (name, text) in try variable.members(in: evaluationContext(environment: environment)) {
                    variables[name] = text
                }
            } catch {
                let place = variable.name.isEmpty ? key : "\(key).\(variable.name)"
                throw ExecutionError("can't evaluate \(place) (\(variable.value.source)): \(error.message)")
            }
        }
        return variables
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
