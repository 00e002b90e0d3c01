/// What an expression names, so that a check can say that it is not available at a place before anything runs.
public struct ExpressionReferences: Sendable, Hashable {
    /// One mention of a context.
    public struct ContextUse: Sendable, Hashable {
        /// The context as written: `steps`.
        public let name: String
        /// What follows it, as far as literal keys and `*` go: for `steps.build.outputs[github.ref]` the properties `build`
        /// and `outputs`, then `computed`.
        public let path: [PathElement]
        /// Where the name stands, in Unicode scalars of the expression's source.
        public let offset: Int

        /// The keys from the start of the path up to the first element that is no literal key.
        public var literalPath: [String] {
            path.prefix { $0.key != nil }.compactMap(\.key)
        }
    }

    public enum PathElement: Sendable, Hashable {
        case property(String)
        case everyElement
        case computed

        /// The literal key, nil for the others.
        public var key: String? {
            guard case .property(let key) = self else { return nil }
            return key
        }
    }

    /// One call of a function.
    public struct FunctionUse: Sendable, Hashable {
        public let function: ExpressionFunction
        public let argumentCount: Int
        /// Where the name stands, in Unicode scalars of the expression's source.
        public let offset: Int
    }

    /// Every mention, in the order of the source.
    public private(set) var contexts: [ContextUse] = []
    /// Every call, in the order of the source.
    public private(set) var functions: [FunctionUse] = []

    /// Whether any of `success()`, `failure()`, `cancelled()` and `always()` is called.
    public var callsStatusFunction: Bool {
        functions.contains { $0.function.status != nil }
    }

    /// The mentions of one context, in whatever case it is written.
    public func uses(of context: String) -> [ContextUse] {
        contexts.filter { OrdinalText.areEqual($0.name, context) }
    }

    init(of tree: ExpressionNode?) {
        if let tree { collect(tree, path: []) }
        contexts.sort { $0.offset < $1.offset }
        functions.sort { $0.offset < $1.offset }
    }

    /// - Parameter path: the keys that are applied to the node's value, innermost first.
    private mutating func collect(_ node: ExpressionNode, path: [PathElement]) {
        switch node {
        case .literal: break
        case .context(let name, let offset): contexts.append(ContextUse(name: name, path: path, offset: offset))
        case .filter(let base): collect(base, path: [.everyElement] + path)
        case .index(let base, .literal(let key)) where key.isPrimitive:
            collect(base, path: [.property(key.displayString)] + path)
        case .index(let base, let key):
            collect(base, path: [.computed] + path)
            collect(key, path: [])
        case .call(let function, let nodes, let offset):
            functions.append(FunctionUse(function: function, argumentCount: nodes.count, offset: offset))
            for node in nodes { collect(node, path: []) }
        case .all(let nodes), .any(let nodes): for node in nodes { collect(node, path: []) }
        case .not(let node): collect(node, path: [])
        case .comparison(_, let left, let right):
            collect(left, path: [])
            collect(right, path: [])
        }
    }
}
