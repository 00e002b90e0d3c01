/// A JSON document with the place of each value.
struct PlacedJSON {
    indirect enum Value {
        case object([(key: String, value: PlacedJSON)])
        case array([PlacedJSON])
        case number(Double)
        /// Python's `NaN`, `Infinity`, or a number too large to be one.
        case notFinite(String)
        case text(String)
        case boolean(Bool)
        case null
    }

    var value: Value
    var line: Int
    var column: Int
}

/// Reads JSON as evaluations write it: with `NaN` and `Infinity`, which are no JSON, so that they can be told by their place.
/// Names that an object has twice are mistakes.
struct JSONScanner {
    private static let deepest = 64

    private let bytes: [UInt8]
    private var index = 0
    private var line = 1
    private var depth = 0
    /// How far the columns of the line are counted: evaluations write documents of megabytes as one line.
    private var counted = (index: 0, column: 1)

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
            index = 3
            counted.index = 3
        }
    }

    mutating func document() throws(MetricProblem) -> PlacedJSON {
        skipBlanks()
        let value = try value()
        skipBlanks()
        if index < bytes.count { throw problem("the JSON is over, and more follows: write one object") }
        return value
    }

    private var current: UInt8? { index < bytes.count ? bytes[index] : nil }

    private func problem(_ message: String) -> MetricProblem {
        MetricProblem(message, line: line, column: counted.column + scalars(from: counted.index))
    }

    private func scalars(from start: Int) -> Int { bytes[start..<min(index, bytes.count)].count { $0 & 0xC0 != 0x80 } }

    /// Line and column of what comes next, in Unicode scalars.
    private mutating func place() -> (line: Int, column: Int) {
        counted = (index, counted.column + scalars(from: counted.index))
        return (line, counted.column)
    }

    private mutating func skipBlanks() {
        while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
            index += 1
            if byte == 0x0A {
                line += 1
                counted = (index, 1)
            }
        }
    }

    // MARK: - Values

    private mutating func value() throws(MetricProblem) -> PlacedJSON {
        let (line, column) = place()
        return PlacedJSON(value: try content(), line: line, column: column)
    }

    private mutating func content() throws(MetricProblem) -> PlacedJSON.Value {
        guard let byte = current else { throw problem("the JSON ends too early: it was cut off") }
        switch byte {
        case UInt8(ascii: "{"): return try object()
        case UInt8(ascii: "["): return try array()
        case UInt8(ascii: "\""): return .text(try text())
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            return take(word: "-Infinity") ? .notFinite("-Infinity") : try number()
        default: break
        }
        for (word, value) in [
            ("true", PlacedJSON.Value.boolean(true)), ("false", .boolean(false)), ("null", .null), ("NaN", .notFinite("NaN")),
            ("Infinity", .notFinite("Infinity")),
        ] where take(word: word) { return value }
        throw problem("this is not JSON: found \(shown(byte)), expected a value")
    }

    private func shown(_ byte: UInt8) -> String {
        (0x21..<0x7F).contains(byte) ? "\"\(Character(UnicodeScalar(byte)))\"" : "a byte \(byte)"
    }

    private mutating func take(word: String) -> Bool {
        let wanted = Array(word.utf8)
        guard bytes[index...].starts(with: wanted) else { return false }
        index += wanted.count
        return true
    }

    private mutating func descend() throws(MetricProblem) {
        depth += 1
        if depth > Self.deepest { throw problem("it is nested more than \(Self.deepest) deep") }
    }

    private mutating func object() throws(MetricProblem) -> PlacedJSON.Value {
        try descend()
        defer { depth -= 1 }
        index += 1
        var members: [(key: String, value: PlacedJSON)] = []
        var names: Set<String> = []
        skipBlanks()
        if current == UInt8(ascii: "}") {
            index += 1
            return .object([])
        }
        while true {
            skipBlanks()
            guard current == UInt8(ascii: "\"") else { throw problem(expected("a name in double quotes")) }
            let (line, column) = place()
            let key = try text()
            guard names.insert(key).inserted else {
                throw MetricProblem(
                    "the name is there twice: a value would be lost; rename one of them", line: line, column: column, key: key)
            }
            skipBlanks()
            guard current == UInt8(ascii: ":") else { throw problem(expected("\":\"")) }
            index += 1
            skipBlanks()
            members.append((key, try value()))
            guard try goesOn(until: UInt8(ascii: "}")) else { return .object(members) }
        }
    }

    private mutating func array() throws(MetricProblem) -> PlacedJSON.Value {
        try descend()
        defer { depth -= 1 }
        index += 1
        var elements: [PlacedJSON] = []
        skipBlanks()
        if current == UInt8(ascii: "]") {
            index += 1
            return .array([])
        }
        while true {
            skipBlanks()
            elements.append(try value())
            guard try goesOn(until: UInt8(ascii: "]")) else { return .array(elements) }
        }
    }

    private mutating func goesOn(until end: UInt8) throws(MetricProblem) -> Bool {
        skipBlanks()
        guard current == UInt8(ascii: ",") || current == end else { throw problem(expected("\",\" or \(shown(end))")) }
        defer { index += 1 }
        return current != end
    }

    private func expected(_ what: String) -> String {
        current.map { "this is not JSON: found \(shown($0)), expected \(what)" } ?? "the JSON ends too early: it was cut off"
    }

    // MARK: - Numbers and texts

    private mutating func number() throws(MetricProblem) -> PlacedJSON.Value {
        let start = index
        let parts = Set("+-.0123456789eE".utf8)
        let (line, column) = place()
        while let byte = current, parts.contains(byte) { index += 1 }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        guard let value = Double(text), Self.isNumber(text) else {
            throw MetricProblem("\"\(text)\" is no JSON number", line: line, column: column)
        }
        return value.isFinite ? .number(value) : .notFinite(text)
    }

    /// What Swift reads and JSON does not have: `1.`, `.5`, `+1`, `01`.
    private static func isNumber(_ text: String) -> Bool {
        let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
        guard let first = digits.utf8.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else { return false }
        let isPadded = first == UInt8(ascii: "0") && (digits.utf8.dropFirst().first.map { $0 >= 48 && $0 <= 57 } ?? false)
        return !isPadded && !text.contains(".e") && !text.contains(".E") && !text.hasSuffix(".")
    }

    private mutating func text() throws(MetricProblem) -> String {
        index += 1
        var content: [UInt8] = []
        while let byte = current {
            switch byte {
            case UInt8(ascii: "\""):
                index += 1
                guard let text = String(validating: content, as: UTF8.self) else { throw problem("a text is not UTF-8") }
                return text
            case UInt8(ascii: "\\"): try escape(into: &content)
            case 0..<0x20: throw problem("this is not JSON: a text goes over the end of the line")
            default:
                content.append(byte)
                index += 1
            }
        }
        throw problem("the JSON ends too early: it was cut off")
    }

    private mutating func escape(into content: inout [UInt8]) throws(MetricProblem) {
        let simple: [UInt8: UInt8] = [
            UInt8(ascii: "\""): 0x22, UInt8(ascii: "\\"): 0x5C, UInt8(ascii: "/"): 0x2F, UInt8(ascii: "b"): 8,
            UInt8(ascii: "f"): 12, UInt8(ascii: "n"): 10, UInt8(ascii: "r"): 13, UInt8(ascii: "t"): 9,
        ]
        index += 1
        guard let byte = current else { throw problem("the JSON ends too early: it was cut off") }
        if let plain = simple[byte] {
            content.append(plain)
            index += 1
            return
        }
        guard byte == UInt8(ascii: "u"), let unit = hexadecimal(at: index + 1) else {
            throw problem("this is not JSON: an escape that it does not have")
        }
        index += 5
        var scalar = Unicode.Scalar(unit)
        if (0xD800..<0xDC00).contains(unit), bytes[index...].starts(with: Array("\\u".utf8)),
            let low = hexadecimal(at: index + 2), (0xDC00..<0xE000).contains(low)
        {
            index += 6
            scalar = Unicode.Scalar(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00))
        }
        content += Array(String(scalar ?? "\u{FFFD}").utf8)
    }

    private func hexadecimal(at start: Int) -> UInt32? {
        guard start + 4 <= bytes.count else { return nil }
        let digits = String(decoding: bytes[start..<start + 4], as: UTF8.self)
        return digits.contains("+") ? nil : UInt32(digits, radix: 16)
    }
}
