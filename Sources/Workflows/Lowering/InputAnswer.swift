internal import Expressions
internal import Plan

/// The answer of a plan about the inputs of `workflow_dispatch`.
struct InputAnswer {
    let declared: [WorkflowInput]

    /// As they are declared.
    var structure: ExpressionValue { .array(declared.map { .object(Self.object($0)) }) }

    /// With the value that each has in a run, and why it can't be taken.
    ///
    /// - Parameter given: texts by the input's name.
    func values(given: [String: String]) -> ExpressionValue {
        let (values, problems) = DispatchInputs.resolve(given: given, declared: declared)
        return .array(
            declared.map { input in
                var object = Self.object(input)
                object["value"] = values[input.name.value] ?? .null
                if let problem = problems.first(where: { $0.input == input.name.value }) {
                    object["problem"] = .string(problem.message)
                }
                return .object(object)
            })
    }

    private static func object(_ input: WorkflowInput) -> ExpressionObject {
        var object: ExpressionObject = [
            "name": .string(input.name.value), "type": .string(input.kind.rawValue), "required": .boolean(input.isRequired),
            "default": input.defaultText.map { .string($0.source) } ?? .null,
            "description": input.description.map { .string($0) } ?? .null,
        ]
        if !input.options.isEmpty { object["options"] = .array(input.options.map { .string($0.value) }) }
        return object
    }
}

/// Variables as they are written: which secret or output one takes is known in the run only.
struct VariableAnswer {
    let variables: [NamedTemplate]

    /// An object; a whole mapping that an expression yields is `*`.
    var value: ExpressionValue {
        var object = ExpressionObject()
        for variable in variables { object[variable.name.isEmpty ? "*" : variable.name] = .string(variable.value.source) }
        return .object(object)
    }
}
