/// What a scalar means in the core schema of YAML 1.2.2 (chapter 10.3).
///
/// `yes`, `no`, `on` and `off` are strings there, dates as well.
public enum YAMLValue: Sendable, Hashable {
    case null
    case boolean(Bool)
    case integer(Int)
    case number(Double)
    case string(String)

    /// The value of a plain scalar, by its form.
    ///
    /// An integer too large for `Int` becomes a floating-point number.
    public init(plain text: String) {
        switch text {
        case "", "~", "null", "Null", "NULL": self = .null
        case "true", "True", "TRUE": self = .boolean(true)
        case "false", "False", "FALSE": self = .boolean(false)
        case ".nan", ".NaN", ".NAN": self = .number(.nan)
        default: self = Self.number(text) ?? .string(text)
        }
    }

    /// What the value is, for messages: `a string`, `a boolean`, `nothing`.
    public var kindName: String {
        switch self {
        case .null: "nothing"
        case .boolean: "a boolean"
        case .integer, .number: "a number"
        case .string: "a string"
        }
    }

    private static func number(_ text: String) -> YAMLValue? {
        let bytes = Array(text.utf8)
        guard let first = bytes.first, first.isDigit || "+-.".utf8.contains(first) else { return nil }
        if text.hasPrefix("0x") { return based(text, radix: 16) }
        if text.hasPrefix("0o") { return based(text, radix: 8) }
        let hasSign = first == UInt8(ascii: "-") || first == UInt8(ascii: "+")
        let digits = bytes.dropFirst(hasSign ? 1 : 0)
        if [".inf", ".Inf", ".INF"].contains(String(decoding: digits, as: UTF8.self)) {
            return .number(first == UInt8(ascii: "-") ? -.infinity : .infinity)
        }
        if !digits.isEmpty, digits.allSatisfy(\.isDigit) {
            return Int(text).map(YAMLValue.integer) ?? Double(text).map(YAMLValue.number)
        }
        guard isFloat(digits) else { return nil }
        return Double(text).map(YAMLValue.number)
    }

    private static func based(_ text: String, radix: Int) -> YAMLValue? {
        let digits = text.dropFirst(2)
        let isNumber = !digits.isEmpty && digits.unicodeScalars.allSatisfy { Int(String($0), radix: radix) != nil }
        guard isNumber else { return nil }
        if let value = Int(digits, radix: radix) { return .integer(value) }
        let magnitude = digits.reduce(0.0) { $0 * Double(radix) + Double($1.hexDigitValue ?? 0) }
        return .number(magnitude)
    }

    /// `(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`, without the sign.
    private static func isFloat(_ bytes: ArraySlice<UInt8>) -> Bool {
        var rest = bytes
        let whole = rest.removeDigits()
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            let fraction = rest.removeDigits()
            guard whole + fraction > 0 else { return false }
        } else if whole == 0 {
            return false
        }
        guard let exponent = rest.first else { return true }
        guard exponent == UInt8(ascii: "e") || exponent == UInt8(ascii: "E") else { return false }
        rest.removeFirst()
        if let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { rest.removeFirst() }
        return rest.removeDigits() > 0 && rest.isEmpty
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
}

extension ArraySlice<UInt8> {
    /// Takes the digits at the front away and returns how many there were.
    fileprivate mutating func removeDigits() -> Int {
        let digits = prefix(while: \.isDigit).count
        removeFirst(digits)
        return digits
    }
}
