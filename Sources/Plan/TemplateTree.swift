public import Expressions

/// A value of the pipeline file in which any part may be an expression: a matrix, a dispatch's inputs.
public indirect enum TemplateTree: Codable, Equatable, Sendable {
    case value(ExpressionValue)
    case template(Template)
    case array([TemplateTree])
    case object([Member])

    public struct Member: Codable, Equatable, Sendable {
        public var name: String
        public var value: TemplateTree

        public init(name: String, value: TemplateTree) {
            self.name = name
            self.value = value
        }
    }

    /// The tree with every expression replaced by its value, types kept.
    public func evaluate(in context: EvaluationContext) throws(ExpressionError) -> ExpressionValue {
        switch self {
        case .value(let value):
            return value
        case .template(let template):
            return try template.evaluate(in: context)
        case .array(let elements):
            var values: [ExpressionValue] = []
            for element in elements { values.append(try element.evaluate(in: context)) }
            return .array(values)
        case .object(let members):
            var object = ExpressionObject()
            for member in members { object[member.name] = try member.value.evaluate(in: context) }
            return .object(object)
        }
    }

    /// The texts with expressions in it, as they are written.
    public var sources: [String] {
        switch self {
        case .value: []
        case .template(let template): [template.source]
        case .array(let elements): elements.flatMap(\.sources)
        case .object(let members): members.flatMap(\.value.sources)
        }
    }

    /// Whether no part needs a context, so that the value is known before the run.
    public var isLiteral: Bool {
        switch self {
        case .value: true
        case .template(let template): template.isLiteral
        case .array(let elements): elements.allSatisfy(\.isLiteral)
        case .object(let members): members.allSatisfy(\.value.isLiteral)
        }
    }

    /// Every expression inside, in file order.
    public var expressions: [Expression] {
        switch self {
        case .value: []
        case .template(let template): template.expressions
        case .array(let elements): elements.flatMap(\.expressions)
        case .object(let members): members.flatMap(\.value.expressions)
        }
    }
}
