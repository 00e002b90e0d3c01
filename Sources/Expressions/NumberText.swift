internal import Glibc

/// Numbers as text, both ways, by the rules of GitHub's expressions.
enum NumberText {
    /// The largest number whose every smaller whole number has at most 15 digits.
    private static let wholeLimit = 1e15

    /// At most 15 significant digits, no trailing zeros, an exponent (`1E+15`, `1.5E-05`) from 10¹⁵ up and below 10⁻⁴,
    /// `NaN`, `Infinity` and `-Infinity`; zero has no sign.
    static func display(_ value: Double) -> String {
        if value == 0 { return "0" }
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
        if let whole = wholeText(value) { return whole }
        let (digits, exponent) = significantDigits(value.magnitude)
        let sign = value < 0 ? "-" : ""
        if exponent >= 15 || exponent < -4 {
            let fraction = digits.dropFirst()
            let number = magnitudeText(exponent)
            return sign + digits.prefix(1) + (fraction.isEmpty ? "" : "." + fraction) + (exponent < 0 ? "E-" : "E+") + number
        }
        if exponent < 0 {
            return sign + "0." + String(repeating: "0", count: -exponent - 1) + digits
        }
        let wholeCount = exponent + 1
        if digits.count <= wholeCount {
            return sign + digits + String(repeating: "0", count: wholeCount - digits.count)
        }
        return sign + digits.prefix(wholeCount) + "." + digits.dropFirst(wholeCount)
    }

    /// The shortest text that reads back as the same number, in JSON's syntax; nil for what JSON has no number for.
    static func json(_ value: Double) -> String? {
        guard value.isFinite else { return nil }
        return wholeText(value) ?? value.description
    }

    /// A string's number by the language's coercion: blanks around it are ignored, nothing is zero; decimal, `0x` and `0o`
    /// (both up to 32 bits and without sign) and `Infinity` are known; everything else is NaN.
    static func number(from text: String) -> Double {
        let scalars = trimmed(text)
        guard let first = scalars.first else { return 0 }
        if isDecimal(scalars) { return Double(String(String.UnicodeScalarView(scalars))) ?? .nan }
        let word = String(String.UnicodeScalarView(scalars))
        if word == "Infinity" { return .infinity }
        if word == "-Infinity" { return -.infinity }
        guard first == "0", scalars.count > 2 else { return .nan }
        let digits = scalars.dropFirst(2)
        switch scalars[scalars.startIndex + 1] {
        case "x": return integer(digits, radix: 16)
        case "o": return integer(digits, radix: 8)
        default: return .nan
        }
    }

    private static func wholeText(_ value: Double) -> String? {
        guard value.magnitude < wholeLimit, value.rounded(.towardZero) == value else { return nil }
        return value == 0 ? "0" : String(Int64(value))
    }

    /// The 15 significant digits without trailing zeros, and the power of ten of the first.
    private static func significantDigits(_ value: Double) -> (digits: String, exponent: Int) {
        // The C library rounds the exact binary value; rounding the shortest decimal form again would err at ties.
        var buffer = [CChar](repeating: 0, count: 40)
        let count = withVaList([value]) { vsnprintf(&buffer, buffer.count, "%.14e", $0) }
        let text = buffer.prefix(Int(count)).map { UInt8(bitPattern: $0) }
        let mark = text.firstIndex(of: UInt8(ascii: "e")) ?? text.endIndex
        var digits = text[..<mark].filter { $0 != UInt8(ascii: ".") }
        while digits.count > 1, digits.last == UInt8(ascii: "0") { digits.removeLast() }
        let exponent = Int(String(decoding: text[mark...].dropFirst(), as: UTF8.self)) ?? 0
        return (String(decoding: digits, as: UTF8.self), exponent)
    }

    private static func magnitudeText(_ exponent: Int) -> String {
        let text = String(exponent.magnitude)
        return text.count < 2 ? "0" + text : text
    }

    private static func trimmed(_ text: String) -> ArraySlice<Unicode.Scalar> {
        var scalars = Array(text.unicodeScalars)[...]
        while let first = scalars.first, first.isBlank { scalars.removeFirst() }
        while let last = scalars.last, last.isBlank { scalars.removeLast() }
        return scalars
    }

    /// Whether it is `[+-] digits [. digits] [e [+-] digits]` with at least one digit before the exponent.
    private static func isDecimal(_ scalars: ArraySlice<Unicode.Scalar>) -> Bool {
        var rest = scalars
        if rest.first == "+" || rest.first == "-" { rest.removeFirst() }
        var digitCount = dropDigits(&rest)
        if rest.first == "." {
            rest.removeFirst()
            digitCount += dropDigits(&rest)
        }
        guard digitCount > 0 else { return false }
        if rest.first == "e" || rest.first == "E" {
            rest.removeFirst()
            if rest.first == "+" || rest.first == "-" { rest.removeFirst() }
            guard dropDigits(&rest) > 0 else { return false }
        }
        return rest.isEmpty
    }

    private static func dropDigits(_ scalars: inout ArraySlice<Unicode.Scalar>) -> Int {
        let digits = scalars.prefix { $0 >= "0" && $0 <= "9" }
        scalars.removeFirst(digits.count)
        return digits.count
    }

    /// GitHub reads these as the bits of a signed 32-bit integer, so `0xFFFFFFFF` is -1.
    private static func integer(_ digits: ArraySlice<Unicode.Scalar>, radix: Int) -> Double {
        let text = String(String.UnicodeScalarView(digits))
        guard digits.first != "+", digits.first != "-", let bits = UInt32(text, radix: radix) else { return .nan }
        return Double(Int32(bitPattern: bits))
    }
}
