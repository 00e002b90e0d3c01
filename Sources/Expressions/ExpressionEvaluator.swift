/// Evaluates a tree. Operands are evaluated from left to right, and only where they are needed.
struct ExpressionEvaluator {
    let context: EvaluationContext

    /// A value on its way through the tree.
    struct Operand {
        var value: ExpressionValue
        /// Whether it came out of `*`: an index then applies to each element, not to the array.
        var isFiltered = false
    }

    func value(of node: ExpressionNode) throws(ExpressionError) -> ExpressionValue {
        try operand(node).value
    }

    func operand(_ node: ExpressionNode) throws(ExpressionError) -> Operand {
        switch node {
        case .literal(let value): return Operand(value: value)
        case .context(let name, let offset): return Operand(value: try contextValue(name, offset: offset))
        case .call(let function, let arguments, let offset): return try call(function, arguments, offset: offset)
        case .index(let base, let key): return try index(try operand(base), by: key)
        case .filter(let base): return filter(try operand(base))
        case .not(let node): return Operand(value: .boolean(!(try value(of: node).isTruthy)))
        case .comparison(let binary, let left, let right):
            return Operand(value: .boolean(try compare(left, binary, right)))
        case .all(let nodes): return try first(of: nodes, whoseTruthIs: false)
        case .any(let nodes): return try first(of: nodes, whoseTruthIs: true)
        }
    }

    private func contextValue(_ name: String, offset: Int) throws(ExpressionError) -> ExpressionValue {
        if let value = context.contexts[name] { return value }
        throw ExpressionError(
            phase: .evaluation, message: "the context \"\(name)\" is not available here", offset: offset)
    }

    private func first(of nodes: [ExpressionNode], whoseTruthIs wanted: Bool) throws(ExpressionError) -> Operand {
        var result = Operand(value: .null)
        for node in nodes {
            result = try operand(node)
            if result.value.isTruthy == wanted { break }
        }
        return result
    }

    private func compare(
        _ leftNode: ExpressionNode, _ binary: BinaryOperator, _ rightNode: ExpressionNode
    ) throws(ExpressionError) -> Bool {
        let left = try value(of: leftNode)
        let right = try value(of: rightNode)
        let areEqual = {
            left.looselyEquals(right)
                || (!left.isPrimitive && left.kindName == right.kindName && leftNode.isSamePlace(as: rightNode))
        }
        return switch binary {
        case .equal: areEqual()
        case .notEqual: !areEqual()
        case .less: (left.looseOrder(to: right) ?? 0) < 0
        case .greater: (left.looseOrder(to: right) ?? 0) > 0
        case .lessOrEqual: areEqual() || (left.looseOrder(to: right) ?? 0) < 0
        case .greaterOrEqual: areEqual() || (left.looseOrder(to: right) ?? 0) > 0
        case .and, .or: false
        }
    }
}

extension ExpressionEvaluator {
    /// The elements of an array, the values of an object, and nothing of anything else.
    private func filter(_ base: Operand) -> Operand {
        guard base.isFiltered, case .array(let elements) = base.value else {
            return Operand(value: .array(Self.elements(of: base.value)), isFiltered: true)
        }
        return Operand(value: .array(elements.flatMap(Self.elements)), isFiltered: true)
    }

    private static func elements(of value: ExpressionValue) -> [ExpressionValue] {
        switch value {
        case .array(let elements): elements
        case .object(let object): object.values
        default: []
        }
    }

    private func index(_ base: Operand, by keyNode: ExpressionNode) throws(ExpressionError) -> Operand {
        if base.value.isPrimitive { return Operand(value: .null) }
        let key = try value(of: keyNode)
        guard base.isFiltered, case .array(let elements) = base.value else {
            return Operand(value: Self.element(of: base.value, key: key) ?? .null)
        }
        return Operand(value: .array(elements.compactMap { Self.element(of: $0, key: key) }), isFiltered: true)
    }

    private static func element(of value: ExpressionValue, key: ExpressionValue) -> ExpressionValue? {
        switch value {
        case .object(let object):
            return key.isPrimitive ? object[key.displayString] : nil
        case .array(let elements):
            let position = key.numberForComparison.rounded(.down)
            guard position >= 0, position < Double(elements.count) else { return nil }
            return elements[Int(position)]
        default: return nil
        }
    }
}
