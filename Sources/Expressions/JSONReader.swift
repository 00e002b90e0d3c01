/// Reads JSON text into an `ExpressionValue`, keeping the order of keys. Where a key comes twice, the later value wins.
struct JSONReader {
    /// How much beyond RFC 8259 is read.
    enum Dialect {
        case strict
        /// What GitHub's `fromJSON` also takes, and what people rely on: single-quoted strings, keys without quotes,
        /// comments, a comma after the last element, `NaN` and `Infinity`.
        case relaxed
    }

    /// Deeper nesting is refused, so that no text can exhaust the stack.
    static let maximumDepth = 200

    private let bytes: [UInt8]
    private let dialect: Dialect
    private var position = 0
    private var depth = 0

    private init(text: String, dialect: Dialect) {
        bytes = Array(text.utf8)
        self.dialect = dialect
    }

    static func value(of text: String, dialect: Dialect) throws(ExpressionError) -> ExpressionValue {
        var reader = JSONReader(text: text, dialect: dialect)
        let value = try reader.readValue()
        try reader.skipBlanks()
        guard reader.position == reader.bytes.count else { throw reader.error("the end after the value") }
        return value
    }

    private mutating func readValue() throws(ExpressionError) -> ExpressionValue {
        try skipBlanks()
        guard let byte = peek() else { throw error("a value") }
        switch byte {
        case UInt8(ascii: "{"): return .object(try nested { reader throws(ExpressionError) in try reader.readObject() })
        case UInt8(ascii: "["): return .array(try nested { reader throws(ExpressionError) in try reader.readArray() })
        case UInt8(ascii: "\""): return .string(try readString(quote: UInt8(ascii: "\"")))
        case UInt8(ascii: "'") where dialect == .relaxed: return .string(try readString(quote: UInt8(ascii: "'")))
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try readNumber())
        default: return try readWord()
        }
    }

    private mutating func nested<Result>(
        _ body: (inout JSONReader) throws(ExpressionError) -> Result
    ) throws(ExpressionError) -> Result {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.maximumDepth else { throw error("at most \(Self.maximumDepth) levels of nesting") }
        position += 1
        return try body(&self)
    }

    private mutating func readObject() throws(ExpressionError) -> ExpressionObject {
        var object = ExpressionObject()
        try skipBlanks()
        if take("}") { return object }
        while true {
            let key = try readKey()
            try skipBlanks()
            guard take(":") else { throw error("\":\" after a key") }
            object[key] = try readValue()
            if try isAtEnd(closedBy: "}") { return object }
        }
    }

    private mutating func readArray() throws(ExpressionError) -> [ExpressionValue] {
        var elements: [ExpressionValue] = []
        try skipBlanks()
        if take("]") { return elements }
        while true {
            elements.append(try readValue())
            if try isAtEnd(closedBy: "]") { return elements }
        }
    }

    /// After an element: true behind the closing bracket, false behind a comma that another element follows.
    private mutating func isAtEnd(closedBy bracket: Unicode.Scalar) throws(ExpressionError) -> Bool {
        try skipBlanks()
        if take(bracket) { return true }
        guard take(",") else { throw error("\",\" or \"\(bracket)\"") }
        try skipBlanks()
        return dialect == .relaxed && take(bracket)
    }

    private mutating func readKey() throws(ExpressionError) -> String {
        try skipBlanks()
        guard let byte = peek() else { throw error("a key") }
        if byte == UInt8(ascii: "\"") { return try readString(quote: byte) }
        guard dialect == .relaxed else { throw error("a key in double quotes") }
        if byte == UInt8(ascii: "'") { return try readString(quote: byte) }
        let name = takeWord()
        guard !name.isEmpty else { throw error("a key") }
        return name
    }

    private mutating func readWord() throws(ExpressionError) -> ExpressionValue {
        let start = position
        switch takeWord() {
        case "null": return .null
        case "true": return .boolean(true)
        case "false": return .boolean(false)
        case "NaN" where dialect == .relaxed: return .number(.nan)
        case "Infinity" where dialect == .relaxed: return .number(.infinity)
        default:
            position = start
            throw error("a value")
        }
    }

    private mutating func takeWord() -> String {
        let start = position
        while let byte = peek(), isWordByte(byte) { position += 1 }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"), UInt8(ascii: "$"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), 0x80...:
            true
        default: false
        }
    }

    private mutating func readNumber() throws(ExpressionError) -> Double {
        let start = position
        let isNegative = take("-")
        if dialect == .relaxed, isNegative, peek() == UInt8(ascii: "I") {
            guard takeWord() == "Infinity" else { throw error("a number") }
            return -.infinity
        }
        let wholeStart = position
        guard skipDigits() else { throw error("a digit") }
        if bytes[wholeStart] == UInt8(ascii: "0"), position - wholeStart > 1 {
            position = wholeStart
            throw error("a number without leading zeros")
        }
        if take("."), !skipDigits() { throw error("a digit") }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            guard skipDigits() else { throw error("a digit") }
        }
        return Double(String(decoding: bytes[start..<position], as: UTF8.self)) ?? .nan
    }

    private mutating func skipDigits() -> Bool {
        let start = position
        while let byte = peek(), byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { position += 1 }
        return position > start
    }

    private mutating func skipBlanks() throws(ExpressionError) {
        while let byte = peek() {
            switch byte {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            case UInt8(ascii: "/") where dialect == .relaxed: try skipComment()
            default: return
            }
        }
    }

    private mutating func skipComment() throws(ExpressionError) {
        let next = position + 1 < bytes.count ? bytes[position + 1] : 0
        if next == UInt8(ascii: "/") {
            while let byte = peek(), byte != 0x0A { position += 1 }
            return
        }
        guard next == UInt8(ascii: "*") else { throw error("a value or a comment") }
        position += 2
        while position + 1 < bytes.count {
            if bytes[position] == UInt8(ascii: "*"), bytes[position + 1] == UInt8(ascii: "/") {
                position += 2
                return
            }
            position += 1
        }
        throw error("the end of the comment")
    }

    private func peek() -> UInt8? {
        position < bytes.count ? bytes[position] : nil
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard peek() == UInt8(ascii: scalar) else { return false }
        position += 1
        return true
    }

    /// The text itself is not quoted: it may hold a secret.
    private func error(_ expected: String) -> ExpressionError {
        let found = position < bytes.count ? "at byte \(position + 1)" : "at its end"
        var error = ExpressionError(phase: .evaluation, message: "the text is not valid JSON: expected \(expected) \(found)")
        error.byteOffset = position
        return error
    }
}

extension JSONReader {
    private mutating func readString(quote: UInt8) throws(ExpressionError) -> String {
        position += 1
        let start = position
        while let byte = peek(), byte != quote, byte != UInt8(ascii: "\\"), byte >= 0x20 { position += 1 }
        if peek() == quote {
            position += 1
            return String(decoding: bytes[start..<(position - 1)], as: UTF8.self)
        }
        return try readStringWithEscapes(from: start, quote: quote)
    }

    private mutating func readStringWithEscapes(from start: Int, quote: UInt8) throws(ExpressionError) -> String {
        var units = Array(bytes[start..<position])
        while let byte = peek(), byte != quote {
            position += 1
            if byte == UInt8(ascii: "\\") {
                try readEscape(into: &units)
            } else if byte < 0x20, dialect == .strict {
                position -= 1
                throw error("an escape in place of a control character")
            } else {
                units.append(byte)
            }
        }
        guard peek() == quote else { throw error("the end of the string") }
        position += 1
        return String(decoding: units, as: UTF8.self)
    }

    private mutating func readEscape(into units: inout [UInt8]) throws(ExpressionError) {
        guard let byte = peek() else { throw error("the end of the string") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): units.append(byte)
        case UInt8(ascii: "'") where dialect == .relaxed: units.append(byte)
        case UInt8(ascii: "b"): units.append(0x08)
        case UInt8(ascii: "f"): units.append(0x0C)
        case UInt8(ascii: "n"): units.append(0x0A)
        case UInt8(ascii: "r"): units.append(0x0D)
        case UInt8(ascii: "t"): units.append(0x09)
        case UInt8(ascii: "u"): units.append(contentsOf: String(try readUnicodeEscape()).utf8)
        default:
            position -= 1
            throw error("a known escape")
        }
    }

    /// One character of one or, for a surrogate pair, two escapes; half a pair becomes the replacement character.
    private mutating func readUnicodeEscape() throws(ExpressionError) -> Character {
        let unit = try readHexadecimal()
        if let scalar = Unicode.Scalar(unit) { return Character(scalar) }
        let start = position
        if unit < 0xDC00, take("\\"), take("u") {
            let second = try readHexadecimal()
            if (0xDC00...0xDFFF).contains(second) {
                let value = 0x10000 + (UInt32(unit - 0xD800) << 10) + UInt32(second - 0xDC00)
                return Unicode.Scalar(value).map(Character.init) ?? "\u{FFFD}"
            }
        }
        position = start
        return "\u{FFFD}"
    }

    private mutating func readHexadecimal() throws(ExpressionError) -> UInt16 {
        let end = position + 4
        guard end <= bytes.count, bytes[position] != UInt8(ascii: "+"),
            let unit = UInt16(String(decoding: bytes[position..<end], as: UTF8.self), radix: 16)
        else { throw error("four hexadecimal digits") }
        position = end
        return unit
    }
}
