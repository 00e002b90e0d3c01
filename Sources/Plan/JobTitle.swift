public import Expressions

/// The name that a job is shown by.
public enum JobTitle {
    /// The job's own name, or its key; with the values of its matrix cell behind it unless the name is made from them:
    /// `build (3.12, ubuntu-latest)`, those inside objects and lists one after the other, as GitHub has it.
    ///
    /// - Returns: the name as it is written where it can't be evaluated.
    public static func text(of plan: JobPlan, matrix: ExpressionObject?, in context: EvaluationContext) -> String {
        guard let name = plan.name else { return plan.key + suffix(matrix) }
        guard let literal = name.literalText else { return (try? name.text(in: context)) ?? name.source }
        return literal + suffix(matrix)
    }

    /// ` (3.12, ubuntu-latest)`: the values of a matrix cell; empty without one.
    public static func suffix(_ matrix: ExpressionObject?) -> String {
        let values = (matrix?.values ?? []).flatMap(leaves).filter { !$0.isEmpty }
        return values.isEmpty ? "" : " (\(values.joined(separator: ", ")))"
    }

    private static func leaves(of value: ExpressionValue) -> [String] {
        switch value {
        case .array(let elements): elements.flatMap(leaves)
        case .object(let object): object.values.flatMap(leaves)
        case .null, .boolean, .number, .string: [value.displayString]
        }
    }
}
