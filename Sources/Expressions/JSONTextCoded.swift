/// A value that is stored as a string of JSON text rather than as JSON itself.
///
/// That keeps what Foundation's coders lose: the order of keys, which `toJSON` shows and a matrix follows.
public struct JSONTextCoded: Codable, Sendable, Equatable {
    public var value: ExpressionValue

    public init(_ value: ExpressionValue) {
        self.value = value
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        do {
            value = try ExpressionValue(json: text)
        } catch {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: error.description)
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(value.jsonText())
    }
}
