/// The tree of an expression. Parentheses leave no trace in it, and a chain of one logical operator is one node.
indirect enum ExpressionNode: Sendable {
    case literal(ExpressionValue)
    /// A context by its name as written, and where that stands.
    case context(String, offset: Int)
    case call(ExpressionFunction, [ExpressionNode], offset: Int)
    /// `base[key]`, and `base.key` with a literal for the key.
    case index(ExpressionNode, key: ExpressionNode)
    /// `base.*` and `base[*]`.
    case filter(ExpressionNode)
    case not(ExpressionNode)
    case comparison(BinaryOperator, ExpressionNode, ExpressionNode)
    /// `&&`: the first operand that is not truthy, else the last one.
    case all([ExpressionNode])
    /// `||`: the first operand that is truthy, else the last one.
    case any([ExpressionNode])

    /// Whether both name one place of the contexts by literal keys alone, so that they yield one and the same object.
    func isSamePlace(as other: ExpressionNode) -> Bool {
        switch (self, other) {
        case (.context(let left, _), .context(let right, _)):
            OrdinalText.areEqual(left, right)
        case (.index(let left, .literal(let leftKey)), .index(let right, .literal(let rightKey))):
            leftKey.looselyEquals(rightKey) && left.isSamePlace(as: right)
        default: false
        }
    }
}
