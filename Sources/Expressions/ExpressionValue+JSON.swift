extension ExpressionValue {
    /// The value of a JSON text (RFC 8259), the order of its keys kept.
    ///
    /// - Throws: an error of the phase `evaluation` for text that is not JSON or is nested more than 200 levels deep.
    public init(json text: String) throws(ExpressionError) {
        self = try JSONReader.value(of: text, dialect: .strict)
    }

    /// JSON text that reads back as the same value; NaN and infinities, for which JSON has no number, become the strings
    /// `NaN`, `Infinity` and `-Infinity`.
    ///
    /// - Parameter pretty: one element a line, indented by two blanks, as `toJSON` does it; otherwise without any blank.
    public func jsonText(pretty: Bool = false) -> String {
        JSONWriter.text(of: self, isPretty: pretty, numberForm: .exact)
    }
}

extension ExpressionObject {
    /// The object's JSON text; see `ExpressionValue.jsonText(pretty:)`.
    public func jsonText(pretty: Bool = false) -> String {
        ExpressionValue.object(self).jsonText(pretty: pretty)
    }

    /// The object of a JSON text.
    ///
    /// - Throws: an error of the phase `evaluation` for text that is not JSON or not an object.
    public init(json text: String) throws(ExpressionError) {
        guard case .object(let object) = try ExpressionValue(json: text) else {
            throw ExpressionError(phase: .evaluation, message: "expected a JSON object, found another JSON value")
        }
        self = object
    }
}
