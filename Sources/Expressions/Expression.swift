/// One expression of GitHub's language, parsed: what stands between `${{` and `}}`.
///
/// It is immutable, compares and stores itself as its source, and can be evaluated any number of times, from any thread. The
/// language is that of "Evaluate expressions in workflows and actions" in GitHub's manual.
public struct Expression: Sendable {
    /// The text as written.
    public let source: String
    /// Nil for a text without any token, which evaluates to null.
    let tree: ExpressionNode?

    /// The deepest tree that is accepted, as on GitHub.
    public static let maximumDepth = ExpressionParser.maximumDepth

    /// - Parameter knownContexts: where given, naming any other context is an error of the phase `parsing`.
    public init(parsing source: String, knownContexts: [String]? = nil) throws(ExpressionError) {
        self.source = source
        tree = try ExpressionParser.tree(of: source, knownContexts: knownContexts)
    }

    /// Whether there is nothing in it but blanks.
    public var isEmpty: Bool { tree == nil }

    /// - Throws: an error of the phase `evaluation`.
    public func evaluate(in context: EvaluationContext) throws(ExpressionError) -> ExpressionValue {
        guard let tree else { return .null }
        return try ExpressionEvaluator(context: context).value(of: tree)
    }

    /// The contexts and functions that it names, whether or not evaluation reaches them.
    public var references: ExpressionReferences {
        ExpressionReferences(of: tree)
    }
}

extension Expression: Hashable {
    public static func == (left: Expression, right: Expression) -> Bool { left.source == right.source }

    public func hash(into hasher: inout Hasher) { hasher.combine(source) }
}

extension Expression: Codable {
    public init(from decoder: any Decoder) throws {
        self = try decoder.decodeSource { text throws(ExpressionError) in try Expression(parsing: text) }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(source)
    }
}

extension Decoder {
    /// What is parsed from a stored source text.
    func decodeSource<Parsed>(_ parse: (String) throws(ExpressionError) -> Parsed) throws -> Parsed {
        let container = try singleValueContainer()
        let text = try container.decode(String.self)
        do {
            return try parse(text)
        } catch {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: error.description)
        }
    }
}
