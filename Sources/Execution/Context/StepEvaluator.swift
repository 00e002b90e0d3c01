internal import Expressions
internal import Plan

/// Evaluates what stands at a step, or at the job, in the contexts of that place.
struct StepEvaluator {
    var contexts: JobContexts
    var scope: StepScope
    var environment: [String: String]
    var jobStatus: JobStatus
    /// Whether conditions ask for the state of the action around the step: they do in an action's main steps only.
    var asksAction = false
    var workspace: WorkplaceFolders.Place?
    var cancellation: Cancellation?

    private var context: EvaluationContext {
        EvaluationContext(
            contexts: contexts.all(in: scope, environment: environment, jobStatus: jobStatus),
            functions: StepFunctions(
                status: asksAction && scope.isInsideAction ? scope.status : jobStatus, isCancelled: jobStatus == .cancelled,
                files: workspace.map { FileHash(workspace: $0, cancellation: cancellation) }))
    }

    func text(_ template: Template, in key: String) throws(ExecutionError) -> String {
        if let text = template.literalText { return text }
        do { return try template.text(in: context) } catch {
            throw ExecutionError("can't evaluate \(key) (\(template.source)): \(error.message)")
        }
    }

    func value(_ tree: TemplateTree, in key: String) throws(ExecutionError) -> ExpressionValue {
        do { return try tree.evaluate(in: context) } catch {
            throw ExecutionError("can't evaluate \(key): \(error.message)")
        }
    }

    /// False where there is none.
    func flag(_ template: Template?, in key: String) throws(ExecutionError) -> Bool {
        guard let template else { return false }
        do { return try template.flag(in: context) } catch {
            throw ExecutionError("can't evaluate \(key) (\(template.source)): \(error.message)")
        }
    }

    /// The variables of an `env`: each in what was there before it, so that none sees its siblings.
    func variables(_ templates: [NamedTemplate], in key: String) throws(ExecutionError) -> [String: String] {
        var variables: [String: String] = [:]
        for variable in templates {
            for (name, text) in try members(of: variable, in: key) { variables[name] = text }
        }
        return variables
    }

    /// One name and its text, or those of a mapping that one expression yields.
    func members(of template: NamedTemplate, in key: String) throws(ExecutionError) -> [(name: String, text: String)] {
        if let text = template.value.literalText { return [(template.name, text)] }
        do { return try template.members(in: context) } catch {
            let place = template.name.isEmpty ? key : "\(key).\(template.name)"
            throw ExecutionError("can't evaluate \(place) (\(template.value.source)): \(error.message)")
        }
    }

    /// A `timeout-minutes`; nil where there is none.
    func minutes(_ template: Template?) throws(ExecutionError) -> Double? {
        guard let template else { return nil }
        let text = try text(template, in: "timeout-minutes")
        guard let minutes = Double(text), minutes > 0 else {
            throw ExecutionError("timeout-minutes must be a number above 0, found \"\(text)\"")
        }
        return minutes
    }

    func holds(_ condition: Condition, in key: String = "the step's if") throws(ExecutionError) -> Bool {
        do { return try condition.holds(in: context) } catch {
            throw ExecutionError("can't evaluate \(key) (\(condition.source)): \(error.message)")
        }
    }

    /// Whether a running step goes on when the job is cancelled: its condition holds then, too.
    func survivesCancel(_ condition: Condition) -> Bool {
        guard condition.callsStatusFunction else { return false }
        var cancelled = self
        cancelled.jobStatus = .cancelled
        return (try? cancelled.holds(condition)) ?? false
    }

    /// The name that a step is shown by, as far as it can be evaluated.
    func displayName(of step: StepPlan) -> String {
        if let name = step.name { return (try? text(name, in: "name")) ?? name.source }
        guard case .script(let script) = step.work, let text = try? text(script.text, in: "run") else { return step.displayName }
        let firstLine = text.split(whereSeparator: \.isNewline).first { !$0.allSatisfy(\.isWhitespace) }
        return firstLine.map { "Run \($0)" } ?? step.displayName
    }
}
