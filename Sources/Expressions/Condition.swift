/// An `if:` of a job or step, with or without `${{ }}` around it.
///
/// Unless a status function is called anywhere in it, it also asks for `success()`, which is asked first: `false` there
/// leaves the rest unevaluated. It compares and stores itself as its source.
public struct Condition: Sendable {
    /// The text as written; empty for `whenSuccessful`.
    public let source: String
    private let segments: [Template.Segment]
    /// Whether one of `success()`, `failure()`, `cancelled()` and `always()` is called, so that none is added.
    public let callsStatusFunction: Bool

    /// No `if:` at all: what came before succeeded.
    public static let whenSuccessful = Condition()

    /// - Parameter knownContexts: where given, naming any other context is an error of the phase `parsing`.
    /// - Throws: an error of the phase `lexing` or `parsing`, with its offset in `source`.
    public init(parsing source: String, knownContexts: [String]? = nil) throws(ExpressionError) {
        self.source = source
        segments = try Self.segments(of: source, knownContexts: knownContexts)
        callsStatusFunction = segments.contains { segment in
            guard case .expression(let expression, _) = segment else { return false }
            return expression.references.callsStatusFunction
        }
    }

    private init() {
        source = ""
        segments = []
        callsStatusFunction = false
    }

    /// - Throws: an error of the phase `evaluation`, with its offset in `source`; also where a status function is asked for
    ///   and the context has none.
    public func holds(in context: EvaluationContext) throws(ExpressionError) -> Bool {
        if !callsStatusFunction {
            guard let succeeded = try context.functions.status(.success) else {
                throw ExpressionError(phase: .evaluation, message: "the function success() is not available here")
            }
            guard succeeded else { return false }
        }
        if segments.isEmpty { return true }
        guard case .expression(let expression, let offset) = segments[0], segments.count == 1 else {
            return try mixedText(in: context)
        }
        do {
            return try expression.evaluate(in: context).isTruthy
        } catch {
            throw error.shifted(by: offset)
        }
    }

    /// Whether text stands beside `${{ }}`. The whole is then a text, and a text with anything in it is true whatever the
    /// expressions say; GitHub does the same, and it is hardly ever meant.
    public var isText: Bool { segments.count > 1 }

    /// The expressions in it with their offsets in `source`.
    public var expressions: [(expression: Expression, offset: Int)] {
        segments.compactMap { segment in
            guard case .expression(let expression, let offset) = segment else { return nil }
            return (expression: expression, offset: offset)
        }
    }

    private static func segments(
        of source: String, knownContexts: [String]?
    ) throws(ExpressionError) -> [Template.Segment] {
        let segments = try TemplateScanner.segments(of: source, knownContexts: knownContexts)
        let hasExpression = segments.contains { segment in
            if case .expression = segment { true } else { false }
        }
        // Blanks around a lone expression, as a block scalar leaves them, are none of its text.
        if hasExpression { return segments.count == 1 ? segments : withoutBlanks(segments) }
        let expression = try Expression(parsing: source, knownContexts: knownContexts)
        return expression.isEmpty ? [] : [.expression(expression, offset: 0)]
    }

    private static func withoutBlanks(_ segments: [Template.Segment]) -> [Template.Segment] {
        let solid = segments.filter { segment in
            guard case .text(let text) = segment else { return true }
            return !text.unicodeScalars.allSatisfy(\.isBlank)
        }
        return solid.count == 1 ? solid : segments
    }

    private func mixedText(in context: EvaluationContext) throws(ExpressionError) -> Bool {
        var hasText = false
        for segment in segments {
            switch segment {
            case .text: hasText = true
            case .expression(let expression, let offset):
                do {
                    if !(try expression.evaluate(in: context).displayString.isEmpty) { hasText = true }
                } catch {
                    throw error.shifted(by: offset)
                }
            }
        }
        return hasText
    }
}

extension Condition: Hashable {
    public static func == (left: Condition, right: Condition) -> Bool { left.source == right.source }

    public func hash(into hasher: inout Hasher) { hasher.combine(source) }
}

extension Condition: Codable {
    public init(from decoder: any Decoder) throws {
        self = try decoder.decodeSource { text throws(ExpressionError) in try Condition(parsing: text) }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(source)
    }
}
