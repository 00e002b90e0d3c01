public import Expressions

/// The name of a job that gives none itself.
public enum JobTitle {
    /// `build`, or with a matrix `build (3.12, ubuntu-latest)`: the values in their order, those inside objects and lists
    /// one after the other.
    public static func text(key: String, matrix: ExpressionObject?) -> String {
        guard let matrix, !matrix.isEmpty else { return key }
        return "\(key) (\(matrix.values.flatMap(leaves).joined(separator: ", ")))"
    }

    private static func leaves(of value: ExpressionValue) -> [String] {
        switch value {
        case .array(let elements): elements.flatMap(leaves)
        case .object(let object): object.values.flatMap(leaves)
        case .null, .boolean, .number, .string: [value.displayString]
        }
    }
}
