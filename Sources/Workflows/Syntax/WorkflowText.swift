public import Diagnostics
public import Expressions
public import YAML

/// A text of a workflow file that may hold `${{ }}`, with the key it belongs to.
///
/// Immutable, and a class because it is large: steps and jobs hold many, and are copied often.
public final class WorkflowText: Sendable {
    public let template: Template
    public let node: YAMLNode
    /// The key, which says what its expressions may use.
    public let place: ExpressionPlace
    /// The id of the job that it belongs to.
    public let job: String?

    init(template: Template, node: YAMLNode, place: ExpressionPlace, job: String?) {
        self.template = template
        self.node = node
        self.place = place
        self.job = job
    }

    /// The text as it is after YAML's quotes and folding.
    public var source: String { template.source }
    public var isLiteral: Bool { template.isLiteral }
    public var range: SourceRange { node.pointer }
}

/// An `if`, which is an expression whether it stands in `${{ }}` or not. A class as `WorkflowText` is.
public final class WorkflowCondition: Sendable {
    public let condition: Condition
    public let node: YAMLNode
    public let place: ExpressionPlace
    /// The id of the job that it belongs to.
    public let job: String?

    init(condition: Condition, node: YAMLNode, place: ExpressionPlace, job: String?) {
        self.condition = condition
        self.node = node
        self.place = place
        self.job = job
    }

    public var source: String { condition.source }
}

/// A name and a text: a variable of `env`, an input of `with`, an output.
public struct WorkflowVariable: Sendable {
    public let name: Located<String>
    public let value: WorkflowText
}

/// A mapping of names to texts, or one expression that yields it.
public struct WorkflowVariables: Sendable {
    public var variables: [WorkflowVariable] = []
    /// `env: ${{ fromJSON(…) }}`; `variables` is empty then.
    public var expression: WorkflowText?

    public init() {}
}

/// An expression of a text or condition, and where it starts there, in Unicode scalars.
struct PlacedExpression: Sendable {
    let expression: Expression
    /// What the expression names; made once for all checks.
    let references: ExpressionReferences
    let offset: Int
    let node: YAMLNode
    let place: ExpressionPlace
    let job: String?

    init(_ expression: Expression, offset: Int, node: YAMLNode, place: ExpressionPlace, job: String?) {
        self.expression = expression
        references = expression.references
        self.offset = offset
        self.node = node
        self.place = place
        self.job = job
    }

    /// The stretch of the file behind a name at an offset into the expression.
    func range(of name: String, at offset: Int) -> SourceRange {
        let start = self.offset + offset
        return node.range(ofScalarOffsets: start..<start + max(name.unicodeScalars.count, 1))
    }
}

extension WorkflowText {
    var expressions: [PlacedExpression] {
        template.segments.compactMap { segment in
            guard case .expression(let expression, let offset) = segment else { return nil }
            return PlacedExpression(expression, offset: offset, node: node, place: place, job: job)
        }
    }
}

extension WorkflowCondition {
    var expressions: [PlacedExpression] {
        condition.expressions.map { expression, offset in
            PlacedExpression(expression, offset: offset, node: node, place: place, job: job)
        }
    }
}
