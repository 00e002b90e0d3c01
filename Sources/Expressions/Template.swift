/// A text of a pipeline file with zero or more expressions in it, each between `${{` and `}}`.
///
/// It compares and stores itself as its source.
public struct Template: Sendable {
    /// A stretch of the source.
    public enum Segment: Sendable, Hashable {
        case text(String)
        /// An expression without the blanks around it, and where it begins in the template's source, in Unicode scalars.
        case expression(Expression, offset: Int)
    }

    /// The text as written.
    public let source: String
    public let segments: [Segment]

    /// - Parameter knownContexts: where given, naming any other context is an error of the phase `parsing`.
    /// - Throws: the error of the first expression that is not sound, with its offset in `source`; also for `${{` without
    ///   `}}` and for an expression without content.
    public init(parsing source: String, knownContexts: [String]? = nil) throws(ExpressionError) {
        self.source = source
        segments = try TemplateScanner.segments(of: source, knownContexts: knownContexts)
    }

    /// What a checker goes on with where a text has mistakes: all of them, each with its offset in the source, and the template of
    /// what is sound besides, which is not to be evaluated.
    public static func sound(of source: String) -> (template: Template, mistakes: [ExpressionError]) {
        let found = TemplateScanner.read(source, knownContexts: nil)
        return (Template(source: source, segments: found.segments), found.mistakes)
    }

    private init(source: String, segments: [Segment]) {
        self.source = source
        self.segments = segments
    }

    /// A template that yields exactly this text, whatever is in it.
    public init(literal text: String) {
        source = TemplateScanner.escaped(text)
        segments = text.isEmpty ? [] : [.text(text)]
    }

    /// The value of a single expression where that is all there is, of whatever kind; the text otherwise.
    ///
    /// - Throws: an error of the phase `evaluation`, with its offset in `source`.
    public func evaluate(in context: EvaluationContext) throws(ExpressionError) -> ExpressionValue {
        if segments.count == 1, case .expression(let expression, let offset) = segments[0] {
            return try Self.value(of: expression, at: offset, in: context)
        }
        return .string(try text(in: context))
    }

    /// The text with every expression replaced by the text of its value.
    ///
    /// - Throws: an error of the phase `evaluation`, with its offset in `source`.
    public func text(in context: EvaluationContext) throws(ExpressionError) -> String {
        var result = ""
        for segment in segments {
            switch segment {
            case .text(let text): result += text
            case .expression(let expression, let offset):
                result += try Self.value(of: expression, at: offset, in: context).displayString
            }
        }
        return result
    }

    /// Whether it has no expression, so that its text is the same everywhere.
    public var isLiteral: Bool { literalText != nil }

    /// The text of a template without expressions.
    public var literalText: String? {
        guard let segment = segments.first else { return "" }
        guard segments.count == 1, case .text(let text) = segment else { return nil }
        return text
    }

    public var expressions: [Expression] {
        segments.compactMap { segment in
            guard case .expression(let expression, _) = segment else { return nil }
            return expression
        }
    }

    private static func value(
        of expression: Expression, at offset: Int, in context: EvaluationContext
    ) throws(ExpressionError) -> ExpressionValue {
        do {
            return try expression.evaluate(in: context)
        } catch {
            throw error.shifted(by: offset)
        }
    }
}

extension Template: Hashable {
    public static func == (left: Template, right: Template) -> Bool { left.source == right.source }

    public func hash(into hasher: inout Hasher) { hasher.combine(source) }
}

extension Template: Codable {
    public init(from decoder: any Decoder) throws {
        self = try decoder.decodeSource { text throws(ExpressionError) in try Template(parsing: text) }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(source)
    }
}
