/// Cuts an expression into tokens. The whole text is cut before anything is parsed.
struct ExpressionLexer {
    /// The longest expression that is read, in UTF-16 code units, which is GitHub's own limit.
    static let maximumLength = 21_000

    private let scalars: [Unicode.Scalar]
    private var position = 0
    private var tokens: [ExpressionToken] = []

    static func tokens(of source: String) throws(ExpressionError) -> [ExpressionToken] {
        let length = source.utf16.count
        guard length <= maximumLength else {
            throw ExpressionError(
                phase: .lexing, message: "the expression has \(length) characters, at most \(maximumLength) are allowed")
        }
        var lexer = ExpressionLexer(scalars: Array(source.unicodeScalars))
        try lexer.run()
        return lexer.tokens
    }

    private init(scalars: [Unicode.Scalar]) {
        self.scalars = scalars
    }

    private mutating func run() throws(ExpressionError) {
        while let scalar = peek() {
            if scalar.isBlank {
                position += 1
            } else if let kind = Self.punctuation(scalar) {
                append(kind, length: 1)
            } else {
                try readToken(startingWith: scalar)
            }
        }
    }

    private static func punctuation(_ scalar: Unicode.Scalar) -> ExpressionToken.Kind? {
        switch scalar {
        case "(": .leftParenthesis
        case ")": .rightParenthesis
        case "[": .leftBracket
        case "]": .rightBracket
        case ",": .comma
        case "*": .star
        default: nil
        }
    }

    private mutating func readToken(startingWith scalar: Unicode.Scalar) throws(ExpressionError) {
        switch scalar {
        case "'": try readString()
        case "." where isAfterOperand: append(.dot, length: 1)
        case ".", "-", "+", "0"..."9": try readNumber()
        case "!", "=", "<", ">", "&", "|": try readOperator(startingWith: scalar)
        default: try readName()
        }
    }

    /// Whether what came before can have a property; elsewhere a dot begins a number.
    private var isAfterOperand: Bool {
        switch tokens.last?.kind {
        case .name, .rightBracket, .rightParenthesis, .star: true
        default: false
        }
    }

    private mutating func readOperator(startingWith scalar: Unicode.Scalar) throws(ExpressionError) {
        if position + 1 < scalars.count {
            let pair = String(scalar) + String(scalars[position + 1])
            if let binary = BinaryOperator(rawValue: pair) { return append(.binary(binary), length: 2) }
        }
        if scalar == "!" { return append(.not, length: 1) }
        if let binary = BinaryOperator(rawValue: String(scalar)) { return append(.binary(binary), length: 1) }
        let end = endOfWord(from: position + 1)
        throw unexpected(position..<end, hint: Self.doubling(of: scalar))
    }

    private static func doubling(of scalar: Unicode.Scalar) -> String? {
        scalar == "=" || scalar == "&" || scalar == "|" ? "did you mean \"\(scalar)\(scalar)\"?" : nil
    }

    private mutating func readNumber() throws(ExpressionError) {
        var end = position + 1
        while end < scalars.count, !Self.isBoundary(scalars[end]) || scalars[end] == "." { end += 1 }
        let number = NumberText.number(from: text(position..<end))
        guard !number.isNaN else { throw unexpected(position..<end, hint: "it is not a number") }
        append(.literal(.number(number)), length: end - position)
    }

    private mutating func readString() throws(ExpressionError) {
        var value = String.UnicodeScalarView()
        var end = position + 1
        while end < scalars.count {
            let scalar = scalars[end]
            end += 1
            if scalar == "'" {
                guard end < scalars.count, scalars[end] == "'" else {
                    return append(.literal(.string(String(value))), length: end - position)
                }
                end += 1
            }
            value.append(scalar)
        }
        throw ExpressionError(
            phase: .lexing, message: "a string is not closed: expected \"'\" before the end of the expression", offset: position)
    }

    private mutating func readName() throws(ExpressionError) {
        let end = endOfWord(from: position + 1)
        let range = position..<end
        guard scalars[range].allSatisfy(Self.isNamePart), Self.isNameStart(scalars[position]) else {
            let isQuote = scalars[position] == "\""
            throw unexpected(range, hint: isQuote ? "strings are written in single quotes" : nil)
        }
        let name = text(range)
        append(tokens.last?.kind == .dot ? .name(name) : Self.keyword(name), length: range.count)
    }

    private static func keyword(_ name: String) -> ExpressionToken.Kind {
        switch name {
        case "null": .literal(.null)
        case "true": .literal(.boolean(true))
        case "false": .literal(.boolean(false))
        case "NaN": .literal(.number(.nan))
        case "Infinity": .literal(.number(.infinity))
        default: .name(name)
        }
    }

    private mutating func append(_ kind: ExpressionToken.Kind, length: Int) {
        tokens.append(ExpressionToken(kind: kind, range: position..<(position + length)))
        position += length
    }

    private func peek() -> Unicode.Scalar? {
        position < scalars.count ? scalars[position] : nil
    }

    private func endOfWord(from start: Int) -> Int {
        var end = start
        while end < scalars.count, !Self.isBoundary(scalars[end]) { end += 1 }
        return end
    }

    private func text(_ range: Range<Int>) -> String {
        String(String.UnicodeScalarView(scalars[range]))
    }

    private func unexpected(_ range: Range<Int>, hint: String?) -> ExpressionError {
        let message = "unexpected \"\(text(range))\"" + (hint.map { ", \($0)" } ?? "")
        return ExpressionError(phase: .lexing, message: message, offset: range.lowerBound)
    }

    private static func isBoundary(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "(", ")", "[", "]", ",", ".", "!", ">", "<", "=", "&", "|": true
        default: scalar.isBlank
        }
    }

    private static func isNameStart(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "_": true
        default: false
        }
    }

    private static func isNamePart(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "_", "-": true
        default: false
        }
    }
}

extension Unicode.Scalar {
    /// Whether it is white space by Unicode; quicker than the property for ASCII.
    var isBlank: Bool {
        isASCII ? value == 0x20 || (0x09...0x0D).contains(value) : properties.isWhitespace
    }
}
