/// Why an expression or a template could not be read or evaluated.
///
/// The message says what was found and what was expected. It never quotes a value that an expression yielded, because that
/// value may be a secret; it does quote the expression's own source.
public struct ExpressionError: Error, Sendable, Hashable {
    /// The stage that failed. A text that fails to lex is never parsed, one that fails to parse is never evaluated.
    public enum Phase: String, Sendable, Hashable, Codable {
        /// A piece of the text is no token: an unknown symbol, an unclosed string, a malformed number.
        case lexing
        /// The tokens stand in an order that means nothing, or name a function or context that does not exist.
        case parsing
        /// The expression is sound, but its values are not what a function needs.
        case evaluation
    }

    public var phase: Phase
    /// One sentence without a full stop.
    public var message: String
    /// Where in the source, in Unicode scalars from its start; nil where no single place is to blame.
    public var offset: Int?
    /// Where a JSON text stops being one, in bytes from its start.
    public var byteOffset: Int?

    public init(phase: Phase, message: String, offset: Int? = nil) {
        self.phase = phase
        self.message = message
        self.offset = offset
    }

    /// The same error for a source in which this expression begins at `start`.
    func shifted(by start: Int) -> ExpressionError {
        ExpressionError(phase: phase, message: message, offset: offset.map { $0 + start })
    }
}

extension ExpressionError: CustomStringConvertible {
    public var description: String {
        guard let offset else { return message }
        return "\(message) (at character \(offset + 1))"
    }
}
