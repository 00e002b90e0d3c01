/// Takes one condition apart into words.
///
/// A hyphen that stands between two letters is part of a name, as in `f1-score`; a minus has blanks around it, or a number after
/// it.
struct ConditionLexer {
    private let scalars: [Unicode.Scalar]
    private var index: Int
    private let end: Int

    /// - Parameter range: of the condition in the text.
    init(_ scalars: [Unicode.Scalar], in range: Range<Int>) {
        self.scalars = scalars
        index = range.lowerBound
        end = range.upperBound
    }

    mutating func tokens() throws(ConditionMistake) -> [ConditionToken] {
        var tokens: [ConditionToken] = []
        while let scalar = peek() {
            if scalar.properties.isWhitespace {
                index += 1
            } else {
                tokens.append(try token(from: scalar))
            }
        }
        tokens.append(ConditionToken(kind: .end, range: end..<end))
        return tokens
    }

    private func peek(_ offset: Int = 0) -> Unicode.Scalar? {
        index + offset < end ? scalars[index + offset] : nil
    }

    private mutating func token(from scalar: Unicode.Scalar) throws(ConditionMistake) -> ConditionToken {
        let start = index
        if Self.startsName(scalar) { return name() }
        if Self.isDigit(scalar) || (scalar == "." && peek(1).map(Self.isDigit) ?? false) { return try number() }
        if scalar == "\"" || scalar == "'" { return try text(quote: scalar) }
        for symbol in [">=", "<=", "==", "!="] where starts(with: symbol) {
            index += 2
            return ConditionToken(kind: .symbol(symbol), range: start..<index)
        }
        if "<>()[].+-*/".unicodeScalars.contains(scalar) {
            index += 1
            return ConditionToken(kind: .symbol(String(scalar)), range: start..<index)
        }
        throw strange(scalar)
    }

    /// What other languages write, with what is written here.
    private func strange(_ scalar: Unicode.Scalar) -> ConditionMistake {
        let known = [
            ("=>", ">="), ("=<", "<="), ("&&", "and"), ("||", "or"), ("≥", ">="), ("≤", "<="), ("≠", "!="), ("=", "=="),
            ("!", "not"), ("&", "and"), ("|", "or"), ("×", "*"), ("−", "-"),
        ]
        for (found, meant) in known where starts(with: found) {
            let range = index..<index + found.unicodeScalars.count
            return ConditionMistake("found \"\(found)\", expected \"\(meant)\"", at: range)
        }
        return ConditionMistake(
            "found \"\(scalar)\", expected a metric, a number or an operator; a name with other characters goes in quotes",
            at: index..<index + 1)
    }

    private func starts(with symbol: String) -> Bool {
        let wanted = Array(symbol.unicodeScalars)
        return index + wanted.count <= end && Array(scalars[index..<index + wanted.count]) == wanted
    }

    // MARK: - Names

    private mutating func name() -> ConditionToken {
        let start = index
        index += 1
        while let scalar = peek() {
            let isJoined = (scalar == "-" || scalar == "@") && (peek(1).map { joins($0, after: scalar) } ?? false)
            guard isJoined || Self.startsName(scalar) || Self.isDigit(scalar) else { break }
            index += 1
        }
        return ConditionToken(kind: .name(String(String.UnicodeScalarView(scalars[start..<index]))), range: start..<index)
    }

    private func joins(_ scalar: Unicode.Scalar, after joint: Unicode.Scalar) -> Bool {
        Self.startsName(scalar) || (joint == "@" && Self.isDigit(scalar))
    }

    static func startsName(_ scalar: Unicode.Scalar) -> Bool { scalar == "_" || scalar.properties.isAlphabetic }
    static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

    // MARK: - Numbers and texts

    /// `0.85`, `1e-3`, `85%`.
    private mutating func number() throws(ConditionMistake) -> ConditionToken {
        let start = index
        skipDigits()
        if peek() == ".", peek(1).map(Self.isDigit) ?? false {
            index += 1
            skipDigits()
        }
        if peek() == "e" || peek() == "E" {
            let sign = peek(1) == "+" || peek(1) == "-" ? 2 : 1
            if peek(sign).map(Self.isDigit) ?? false {
                index += sign
                skipDigits()
            }
        }
        let digits = String(String.UnicodeScalarView(scalars[start..<index]))
        guard var value = Double(digits.hasPrefix(".") ? "0\(digits)" : digits), value.isFinite else {
            throw ConditionMistake("\"\(digits)\" is too large for a number", at: start..<index)
        }
        if peek() == "%" {
            index += 1
            value /= 100
        }
        if let next = peek(), Self.startsName(next) || Self.isDigit(next) {
            throw ConditionMistake(
                "a number ends at \"\(digits)\", and \"\(next)\" follows; expected an operator", at: start..<index + 1)
        }
        return ConditionToken(kind: .number(value), range: start..<index)
    }

    private mutating func skipDigits() { while let scalar = peek(), Self.isDigit(scalar) { index += 1 } }

    private mutating func text(quote: Unicode.Scalar) throws(ConditionMistake) -> ConditionToken {
        let start = index
        index += 1
        var content = String.UnicodeScalarView()
        while let scalar = peek() {
            index += 1
            if scalar == quote { return ConditionToken(kind: .text(String(content)), range: start..<index) }
            content.append(scalar)
        }
        throw ConditionMistake("the quote is not closed", at: start..<end)
    }
}
