/// Which contexts may end up in what an expression yields, so that a check can follow a text to where it is used.
///
/// Less than `ExpressionReferences`: what is only compared, negated or searched yields true or false, and of `a && b` the
/// left side shows only where it is empty.
public struct ExpressionFlow: Sendable, Hashable {
    /// The contexts whose value is yielded, or becomes a part of a text that is, in the order of the source.
    public private(set) var contexts: [ExpressionReferences.ContextUse] = []
    /// Those that `toJSON` writes out with all that is inside of them.
    public private(set) var serialized: [ExpressionReferences.ContextUse] = []

    init(of tree: ExpressionNode?) {
        if let tree { follow(tree, path: [], isSerialized: false) }
    }

    private mutating func follow(_ node: ExpressionNode, path: [ExpressionReferences.PathElement], isSerialized: Bool) {
        switch node {
        case .literal, .not, .comparison: break
        case .context(let name, let offset):
            let use = ExpressionReferences.ContextUse(name: name, path: path, offset: offset)
            if isSerialized { serialized.append(use) } else { contexts.append(use) }
        case .filter(let base): follow(base, path: [.everyElement] + path, isSerialized: isSerialized)
        case .index(let base, .literal(let key)) where key.isPrimitive:
            follow(base, path: [.property(key.displayString)] + path, isSerialized: isSerialized)
        case .index(let base, _): follow(base, path: [.computed] + path, isSerialized: isSerialized)
        case .all(let nodes): if let last = nodes.last { follow(last, path: [], isSerialized: isSerialized) }
        case .any(let nodes): for node in nodes { follow(node, path: [], isSerialized: isSerialized) }
        case .call(let function, let nodes, _): follow(function, nodes, isSerialized: isSerialized)
        }
    }

    private mutating func follow(_ function: ExpressionFunction, _ nodes: [ExpressionNode], isSerialized: Bool) {
        switch function {
        case .contains, .startsWith, .endsWith, .hashFiles, .success, .failure, .cancelled, .always: break
        case .toJSON: for node in nodes { follow(node, path: [], isSerialized: true) }
        case .format, .join, .fromJSON: for node in nodes { follow(node, path: [], isSerialized: isSerialized) }
        case .case:
            // A condition before each value, and a last value without one.
            for (index, node) in nodes.enumerated() where index % 2 == 1 || index == nodes.count - 1 {
                follow(node, path: [], isSerialized: isSerialized)
            }
        }
    }
}

extension Expression {
    /// The contexts that may end up in what it yields.
    public var flow: ExpressionFlow { ExpressionFlow(of: tree) }
}
