internal import Expressions
internal import Plan

/// Types what a call hands to a workflow by what the workflow declares.
///
/// See "Reuse workflows: using inputs and secrets in a reusable workflow" in GitHub's manual.
struct CallInputs {
    private let call: WorkflowCallPlan

    init(_ call: WorkflowCallPlan) { self.call = call }

    /// - Parameters:
    ///   - contexts: those of the calling job.
    ///   - github: as the called workflow sees it, which is as its caller does.
    /// - Returns: every declared input in its order; one that has no value is empty, `false` or 0.
    /// - Throws: what is wrong with the call, in a sentence: an unknown input, a missing one, a wrong type.
    func values(
        in contexts: ExpressionObject, github: ExpressionObject, variables: ExpressionObject
    ) throws(ExpressionError) -> ExpressionObject {
        let given = try arguments(in: EvaluationContext(contexts: contexts))
        for name in given.keys where !call.inputs.contains(where: { $0.name.lowercased() == name.lowercased() }) {
            throw failure("\(call.reference) declares no input \"\(name)\"")
        }
        var values = ExpressionObject()
        for input in call.inputs {
            if let value = given[input.name], !isAbsent(value, input) {
                values[input.name] = try typed(value, input)
                continue
            }
            guard !input.isRequired else { throw failure("\(call.reference) needs the input \"\(input.name)\"") }
            values[input.name] = try defaultValue(of: input, given: values, github: github, variables: variables)
        }
        return values
    }

    private func arguments(in context: EvaluationContext) throws(ExpressionError) -> ExpressionObject {
        var given = ExpressionObject()
        for argument in call.arguments {
            do throws(ExpressionError) {
                let value = try argument.value.evaluate(in: context)
                guard argument.name.isEmpty else {
                    given[argument.name] = value
                    continue
                }
                switch value {
                case .object(let object): given.merge(object)
                case .null, .string(""): break
                default: throw failure("expected a mapping of inputs, found \(value.kindName)")
                }
            } catch {
                let subject = argument.name.isEmpty ? "the inputs" : "the input \"\(argument.name)\""
                throw failure("can't evaluate \(subject) of \(call.reference) (\(argument.value.source)): \(error.message)")
            }
        }
        return given
    }

    /// An expression that yields nothing counts as left out, but for a text, which may be empty.
    private func isAbsent(_ value: ExpressionValue, _ input: WorkflowCallPlan.Input) -> Bool {
        switch value {
        case .null: true
        case .string(""): input.kind != .string
        default: false
        }
    }

    private func typed(_ value: ExpressionValue, _ input: WorkflowCallPlan.Input) throws(ExpressionError) -> ExpressionValue {
        switch (input.kind, value) {
        case (.string, _) where value.isPrimitive: return .string(value.displayString)
        case (.boolean, .boolean), (.number, .number): return value
        case (.boolean, .string("true")): return true
        case (.boolean, .string("false")): return false
        case (.number, .string(let text)):
            if let number = Double(text), number.isFinite { return .number(number) }
        default: break
        }
        let found = value.isPrimitive ? "\"\(value.displayString)\"" : "an \(value.kindName.lowercased())"
        throw failure("the input \"\(input.name)\" of \(call.reference) is a \(input.kind.rawValue), found \(found)")
    }

    private func defaultValue(
        of input: WorkflowCallPlan.Input, given: ExpressionObject, github: ExpressionObject, variables: ExpressionObject
    ) throws(ExpressionError) -> ExpressionValue {
        if let template = input.defaultValue {
            let context = EvaluationContext(contexts: [
                "github": .object(github), "inputs": .object(given), "vars": .object(variables),
            ])
            let value: ExpressionValue
            do { value = try template.evaluate(in: context) } catch {
                throw failure(
                    "can't evaluate the default of the input \"\(input.name)\" of \(call.reference) (\(template.source)): "
                        + error.message)
            }
            if !isAbsent(value, input) { return try typed(value, input) }
        }
        switch input.kind {
        case .string: return ""
        case .boolean: return false
        case .number: return 0
        }
    }

    private func failure(_ message: String) -> ExpressionError { ExpressionError(phase: .evaluation, message: message) }
}
