internal import Expressions
internal import FoundationEssentials

/// JSON columns. What is empty, as most of it is, costs no coder.
enum JSONText {
    static let emptyArray = "[]"
    static let emptyObject = "{}"

    static func encode(_ values: [some Encodable]) throws -> String {
        values.isEmpty ? emptyArray : try encode(value: values)
    }

    static func encode(value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        // Equal values have equal texts, by which plans are shared.
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    static func decode<Value: Decodable>(_ text: String) throws -> Value {
        try JSONDecoder().decode(Value.self, from: Data(text.utf8))
    }

    static func decodeArray<Element: Decodable>(_ text: String) throws -> [Element] {
        text == emptyArray ? [] : try decode(text)
    }

    static func encode(_ object: ExpressionObject) -> String {
        object.isEmpty ? emptyObject : ExpressionValue.object(object).jsonText()
    }

    static func decodeObject(_ text: String, of table: String) throws -> ExpressionObject {
        if text == emptyObject { return ExpressionObject() }
        guard case .object(let object) = try ExpressionValue(json: text) else {
            throw RowRefusal.undecodable(table: table, detail: "a JSON object was expected")
        }
        return object
    }
}
