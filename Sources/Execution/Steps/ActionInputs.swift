internal import Expressions
internal import Plan

/// The inputs of one call of an action, evaluated.
struct ActionInputs {
    /// In the order in which they are given, then those that have their default. Names are compared without regard to case.
    private(set) var values = ExpressionObject()
    /// What is to be said about them.
    private(set) var warnings: [String] = []

    /// - Parameters:
    ///   - evaluator: of the step that calls.
    ///   - declared: nil where nothing is declared: of images and built-in actions.
    ///   - known: the names that a built-in action has; nil where nothing is known of them.
    ///   - others: names that are allowed besides.
    init(
        _ call: ActionCall, declared: [ActionPlan.Input]?, known: [String]? = nil, others: [String] = [],
        evaluator: StepEvaluator
    ) throws(ExecutionError) {
        for input in call.inputs {
            for (name, text) in try evaluator.members(of: input, in: "with") { values[name] = .string(text) }
        }
        if let known { checkNames(known) }
        guard let declared else { return }
        checkNames(declared.map(\.name) + others)
        for input in declared {
            if values[input.name] != nil {
                if let message = input.deprecationMessage {
                    warnings.append("Input '\(input.name)' has been deprecated with message: \(message)")
                }
            } else if let template = input.defaultValue {
                values[input.name] = .string(try evaluator.text(template, in: "the default of the input \(input.name)"))
            } else {
                if input.isRequired {
                    warnings.append("the action requires the input '\(input.name)', and the step does not give it")
                }
                values[input.name] = ""
            }
        }
    }

    private mutating func checkNames(_ valid: [String]) {
        let known = Set(valid.map { $0.lowercased() })
        let unexpected = values.keys.filter { !known.contains($0.lowercased()) }
        guard !unexpected.isEmpty else { return }
        func list(_ names: [String]) -> String { names.map { "'\($0)'" }.joined(separator: ", ") }
        warnings.append("Unexpected input(s) \(list(unexpected)), valid inputs are [\(list(valid))]")
    }

    /// As an action's process finds them: `INPUT_WHO_TO_GREET`. Only blanks are replaced.
    var environment: [String: String] {
        var environment: [String: String] = [:]
        for (name, value) in values.pairs {
            let name = String(name.map { $0 == " " ? "_" : $0 }).uppercased()
            environment["INPUT_\(name)"] = value.displayString
        }
        return environment
    }

    /// By their names in lower case, as built-in actions ask for them.
    var byName: [String: String] {
        Dictionary(values.pairs.map { ($0.key.lowercased(), $0.value.displayString) }, uniquingKeysWith: { $1 })
    }
}
