internal import Diagnostics
internal import Expressions
internal import Plan
internal import YAML

/// Reads `strategy` with its matrix.
struct StrategyReader {
    let context: SyntaxContext

    private static let path = "jobs.<job_id>.strategy"

    func read(_ node: YAMLNode) -> WorkflowStrategy? {
        var strategy = WorkflowStrategy(range: node.pointer)
        if context.isExpression(node) {
            strategy.expression = context.text(node, at: .strategy)
            return strategy
        }
        let keys = ["matrix", "fail-fast", "max-parallel"]
        guard let reader = context.mapping(node, path: Self.path, context: "\"strategy\"", keys: keys) else { return nil }
        strategy.failFast = context.boolean(reader.value("fail-fast"), at: .strategy)
        strategy.maxParallel = context.number(reader.value("max-parallel"), at: .strategy)
        if let matrix = reader.value("matrix"), let key = reader.key("matrix") {
            strategy.matrix = readMatrix(matrix, keyRange: key.range)
        }
        return strategy
    }

    private func readMatrix(_ node: YAMLNode, keyRange: SourceRange) -> WorkflowMatrix? {
        if context.isExpression(node) {
            return context.text(node, at: .strategy)
                .map { WorkflowMatrix(tree: .template($0.template), node: node, keyRange: keyRange) }
        }
        guard node.entries != nil else {
            context.diagnostics.reportKind(of: node, expected: "a mapping of lists", context: "\"matrix\"")
            return nil
        }
        var members: [TemplateTree.Member] = []
        let remarkCount = context.diagnostics.diagnostics.count
        for entry in context.entries(node, context: "\"matrix\"", at: .strategy) {
            let isFilter = ["include", "exclude"].contains(entry.name.lowercased())
            guard entry.value.elements != nil || context.isExpression(entry.value) else {
                let expected = isFilter ? "a sequence of mappings" : "a sequence of values"
                context.diagnostics.reportKind(of: entry.value, expected: expected, context: "\"matrix.\(entry.name)\"")
                continue
            }
            if isFilter { reportOtherThanMappings(entry) }
            if let value = tree(entry.value) { members.append(TemplateTree.Member(name: entry.name, value: value)) }
        }
        // Half a matrix would only make for misleading remarks.
        guard context.diagnostics.diagnostics.count == remarkCount else { return nil }
        return WorkflowMatrix(tree: .object(members), node: node, keyRange: keyRange)
    }

    private func reportOtherThanMappings(_ entry: YAMLEntry) {
        for element in entry.value.elements ?? [] where element.entries == nil && !context.isExpression(element) {
            context.diagnostics.reportKind(of: element, expected: "a mapping", context: "\"matrix.\(entry.name)\"")
        }
    }

    /// A value of any kind, with expressions in any of its texts.
    private func tree(_ node: YAMLNode) -> TemplateTree? {
        switch node.content {
        case .sequence(let elements): return .array(elements.compactMap(tree))
        case .mapping:
            return .object(
                context.entries(node, context: "a value of the matrix", at: .strategy)
                    .compactMap { entry in
                        tree(entry.value).map { TemplateTree.Member(name: entry.name, value: $0) }
                    })
        case .scalar(let scalar):
            if context.isExpression(node) {
                return context.text(node, at: .strategy).map { .template($0.template) }
            }
            return .value(ExpressionValue(scalar.value))
        }
    }
}

extension ExpressionValue {
    /// The value of a scalar.
    init(_ value: YAMLValue) {
        switch value {
        case .null: self = .null
        case .boolean(let value): self = .boolean(value)
        case .integer(let value): self = .number(Double(value))
        case .number(let value): self = .number(value)
        case .string(let text): self = .string(text)
        }
    }
}
