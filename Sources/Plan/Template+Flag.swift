public import Expressions

extension Template {
    /// The value of a key that is either true or false, such as `continue-on-error`: a boolean, also as the text in which
    /// the file has it. What is null or empty, such as a matrix value that a cell lacks, counts as false.
    ///
    /// - Throws: an evaluation error where it is anything else.
    public func flag(in context: EvaluationContext) throws(ExpressionError) -> Bool {
        let value = try evaluate(in: context)
        switch value {
        case .boolean(let flag): return flag
        case .null, .string(""): return false
        case .string("true"): return true
        case .string("false"): return false
        default:
            let found = value.isPrimitive ? "\"\(value.displayString)\"" : "an \(value.kindName)"
            throw ExpressionError(phase: .evaluation, message: "expected true or false, found \(found)")
        }
    }
}
