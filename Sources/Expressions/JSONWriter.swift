/// Writes an `ExpressionValue` as JSON text, keys in their order.
struct JSONWriter {
    /// How numbers are written.
    enum NumberForm {
        /// So that they read back as the same number; NaN and infinities become strings.
        case exact
        /// As `toJSON` does: as in any text that an expression makes, at most 15 digits.
        case display
    }

    let isPretty: Bool
    let numberForm: NumberForm
    private let limit: Int
    private var text = ""

    /// - Parameter limit: the length in bytes past which writing stops, so that a longer text is incomplete.
    static func text(
        of value: ExpressionValue, isPretty: Bool, numberForm: NumberForm, limit: Int = .max
    ) -> String {
        var writer = JSONWriter(isPretty: isPretty, numberForm: numberForm, limit: limit)
        writer.write(value, level: 0)
        return writer.text
    }

    private init(isPretty: Bool, numberForm: NumberForm, limit: Int) {
        self.limit = limit
        self.isPretty = isPretty
        self.numberForm = numberForm
    }

    private mutating func write(_ value: ExpressionValue, level: Int) {
        guard text.utf8.count <= limit else { return }
        switch value {
        case .null: text += "null"
        case .boolean(let boolean): text += boolean ? "true" : "false"
        case .number(let number): write(number)
        case .string(let string): write(string)
        case .array(let elements): write(elements, level: level)
        case .object(let object): write(object, level: level)
        }
    }

    private mutating func write(_ number: Double) {
        switch numberForm {
        case .display: text += NumberText.display(number)
        case .exact:
            if let json = NumberText.json(number) {
                text += json
            } else {
                write(NumberText.display(number))
            }
        }
    }

    private mutating func write(_ elements: [ExpressionValue], level: Int) {
        if elements.isEmpty {
            text += "[]"
            return
        }
        text += "["
        for (position, element) in elements.enumerated() {
            if position > 0 { text += "," }
            breakLine(level: level + 1)
            write(element, level: level + 1)
        }
        breakLine(level: level)
        text += "]"
    }

    private mutating func write(_ object: ExpressionObject, level: Int) {
        if object.isEmpty {
            text += "{}"
            return
        }
        text += "{"
        for (position, pair) in object.pairs.enumerated() {
            if position > 0 { text += "," }
            breakLine(level: level + 1)
            write(pair.key)
            text += isPretty ? ": " : ":"
            write(pair.value, level: level + 1)
        }
        breakLine(level: level)
        text += "}"
    }

    private mutating func breakLine(level: Int) {
        guard isPretty else { return }
        text += "\n"
        for _ in 0..<level { text += "  " }
    }

    private mutating func write(_ string: String) {
        text += "\""
        if string.utf8.contains(where: needsLook) {
            for scalar in string.unicodeScalars { write(scalar) }
        } else {
            text += string
        }
        text += "\""
    }

    /// Whether a byte is, or begins, a character that may have to be escaped.
    private func needsLook(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == 0xC2 || byte == 0xE2
    }

    private mutating func write(_ scalar: Unicode.Scalar) {
        switch scalar {
        case "\"": text += "\\\""
        case "\\": text += "\\\\"
        case "\n": text += "\\n"
        case "\r": text += "\\r"
        case "\t": text += "\\t"
        case "\u{8}": text += "\\b"
        case "\u{C}": text += "\\f"
        // The three line breaks outside ASCII are escaped by GitHub as well, so that the text stays one line everywhere.
        case "\u{0}"..."\u{1F}", "\u{85}", "\u{2028}", "\u{2029}":
            let digits = String(scalar.value, radix: 16)
            text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        default: text.unicodeScalars.append(scalar)
        }
    }
}
