/// A piece of an expression: what it is and where it stands.
struct ExpressionToken: Equatable {
    enum Kind: Equatable {
        case leftParenthesis, rightParenthesis, leftBracket, rightBracket
        case comma, dot, star, not
        case binary(BinaryOperator)
        case literal(ExpressionValue)
        /// The name of a context, function or property; also `true` and the like behind a dot.
        case name(String)
    }

    let kind: Kind
    /// In Unicode scalars of the source.
    let range: Range<Int>
}

/// An operator between two operands; those of a higher precedence bind first, equal ones from left to right.
enum BinaryOperator: String {
    case or = "||"
    case and = "&&"
    case equal = "=="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="

    var precedence: Int {
        switch self {
        case .or: 1
        case .and: 2
        case .equal, .notEqual: 3
        case .less, .lessOrEqual, .greater, .greaterOrEqual: 4
        }
    }
}
