/// A value of GitHub's expression language, and the form in which contexts are handed to expressions.
///
/// The language has JSON's kinds and no others: numbers are 64-bit floating point, objects keep the order of their keys.
public enum ExpressionValue: Sendable, Equatable {
    case null
    case boolean(Bool)
    case number(Double)
    case string(String)
    case array([ExpressionValue])
    case object(ExpressionObject)

    /// The kind's name as the language spells it where an object is used as text: `Null`, `Boolean`, `Number`, `String`,
    /// `Array`, `Object`.
    public var kindName: String {
        switch self {
        case .null: "Null"
        case .boolean: "Boolean"
        case .number: "Number"
        case .string: "String"
        case .array: "Array"
        case .object: "Object"
        }
    }

    /// Whether `if` and the logical operators take it for true: everything but `false`, `0`, `NaN`, `''` and `null`.
    public var isTruthy: Bool {
        switch self {
        case .null: false
        case .boolean(let value): value
        case .number(let value): value != 0 && !value.isNaN
        case .string(let value): !value.isEmpty
        case .array, .object: true
        }
    }

    /// The text that stands for it inside a template: null is empty, numbers have at most 15 digits, arrays and objects are
    /// the words `Array` and `Object`.
    public var displayString: String {
        switch self {
        case .null: ""
        case .boolean(let value): value ? "true" : "false"
        case .number(let value): NumberText.display(value)
        case .string(let value): value
        case .array, .object: kindName
        }
    }

    /// Whether it is neither an array nor an object.
    public var isPrimitive: Bool {
        switch self {
        case .null, .boolean, .number, .string: true
        case .array, .object: false
        }
    }

    /// The value under a key of an object; nil for a missing key and for anything that is not an object.
    public subscript(key: String) -> ExpressionValue? {
        guard case .object(let object) = self else { return nil }
        return object[key]
    }

    /// The element of an array; nil outside its bounds and for anything that is not an array.
    public subscript(index: Int) -> ExpressionValue? {
        guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
        return elements[index]
    }
}

extension ExpressionValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(booleanLiteral value: Bool) { self = .boolean(value) }
    public init(integerLiteral value: Int) { self = .number(Double(value)) }
    public init(floatLiteral value: Double) { self = .number(value) }
    public init(arrayLiteral elements: ExpressionValue...) { self = .array(elements) }
    public init(dictionaryLiteral elements: (String, ExpressionValue)...) { self = .object(ExpressionObject(elements)) }
    public init(nilLiteral: ()) { self = .null }
}
