/// Reads a regular expression in the form that problem matchers have: JavaScript's, as GitHub's runner understands it.
struct PatternParser {
    private let scalars: [Unicode.Scalar]
    private var position = 0
    private var depth = 0
    private(set) var groupCount = 0
    private(set) var ignoresCase = false
    private var names: [String: Int] = [:]
    private var references: [(number: Int, offset: Int)] = []

    private static let deepestNesting = 100
    private static let largestCount = 1000

    init(_ text: String) { scalars = Array(text.unicodeScalars) }

    mutating func parse() throws(LinePatternError) -> PatternNode {
        if scalars.starts(with: "(?i)".unicodeScalars) {
            ignoresCase = true
            position = 4
        }
        let node = try alternatives()
        if position < scalars.count { throw .syntax("\")\" without \"(\"", offset: position) }
        for reference in references where reference.number > groupCount {
            throw .syntax("there is no group \(reference.number)", offset: reference.offset)
        }
        return node
    }

    private var next: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    private mutating func take(_ text: String) -> Bool {
        guard scalars[position...].starts(with: text.unicodeScalars) else { return false }
        position += text.unicodeScalars.count
        return true
    }

    private mutating func alternatives() throws(LinePatternError) -> PatternNode {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepestNesting else { throw .syntax("groups are nested too deeply", offset: position) }
        var branches = [try sequence()]
        while take("|") { branches.append(try sequence()) }
        return branches.count == 1 ? branches[0] : .alternatives(branches)
    }

    private mutating func sequence() throws(LinePatternError) -> PatternNode {
        var nodes: [PatternNode] = []
        while let scalar = next, scalar != "|", scalar != ")" {
            let node = try atom()
            nodes.append(try quantified(node))
        }
        return nodes.isEmpty ? .empty : nodes.count == 1 ? nodes[0] : .sequence(nodes)
    }

    // MARK: - Quantifiers

    private mutating func quantified(_ node: PatternNode) throws(LinePatternError) -> PatternNode {
        let offset = position
        let bounds: (Int, Int?)
        if take("*") {
            bounds = (0, nil)
        } else if take("+") {
            bounds = (1, nil)
        } else if take("?") {
            bounds = (0, 1)
        } else if let counted = try countedBounds() {
            bounds = counted
        } else {
            return node
        }
        if let maximum = bounds.1, maximum < bounds.0 { throw .syntax("the bounds are in the wrong order", offset: offset) }
        let isLazy = take("?")
        if let following = next, "*+?".unicodeScalars.contains(following) {
            throw .syntax("nothing to repeat", offset: position)
        }
        return .repeated(node, minimum: bounds.0, maximum: bounds.1, isLazy: isLazy)
    }

    /// `{2}`, `{2,}` or `{2,5}`; a brace that is none of them stands for itself.
    private mutating func countedBounds() throws(LinePatternError) -> (Int, Int?)? {
        let start = position
        guard take("{"), let minimum = try number(at: start) else {
            position = start
            return nil
        }
        if take("}") { return (minimum, minimum) }
        guard take(",") else {
            position = start
            return nil
        }
        if take("}") { return (minimum, nil) }
        guard let maximum = try number(at: start), take("}") else {
            position = start
            return nil
        }
        return (minimum, maximum)
    }

    private mutating func number(at start: Int) throws(LinePatternError) -> Int? {
        var digits = ""
        while let scalar = next, ("0"..."9").contains(scalar) {
            digits.unicodeScalars.append(scalar)
            position += 1
        }
        if digits.isEmpty { return nil }
        guard let number = Int(digits), number <= Self.largestCount else {
            throw .syntax("a count may be \(Self.largestCount) at most", offset: start)
        }
        return number
    }

    // MARK: - Atoms

    private mutating func atom() throws(LinePatternError) -> PatternNode {
        let offset = position
        let scalar = scalars[position]
        position += 1
        switch scalar {
        case ".": return .set(.anyButLineFeed)
        case "^": return .lineStart
        case "$": return .lineEnd
        case "(": return try group(at: offset)
        case "[": return .set(try set(at: offset))
        case "\\": return try escape(at: offset)
        case "*", "+", "?": throw .syntax("nothing to repeat", offset: offset)
        default: return Self.literal(scalar)
        }
    }

    private static func literal(_ scalar: Unicode.Scalar) -> PatternNode {
        .set(ScalarSet(ranges: [scalar.value...scalar.value]))
    }

    private mutating func group(at offset: Int) throws(LinePatternError) -> PatternNode {
        if take("?:") { return .group(try groupBody(at: offset), number: nil) }
        if take("?=") { return .lookahead(try groupBody(at: offset), isNegated: false) }
        if take("?!") { return .lookahead(try groupBody(at: offset), isNegated: true) }
        if take("?<=") || take("?<!") { throw .unsupported("looking behind", offset: offset) }
        if take("?<") {
            let name = try groupName(until: ">", at: offset)
            groupCount += 1
            let number = groupCount
            names[name] = number
            return .group(try groupBody(at: offset), number: number)
        }
        if take("?") { throw .unsupported("this kind of group", offset: offset) }
        groupCount += 1
        let number = groupCount
        return .group(try groupBody(at: offset), number: number)
    }

    private mutating func groupBody(at offset: Int) throws(LinePatternError) -> PatternNode {
        let body = try alternatives()
        guard take(")") else { throw .syntax("\"(\" without \")\"", offset: offset) }
        return body
    }

    private mutating func groupName(until end: Unicode.Scalar, at offset: Int) throws(LinePatternError) -> String {
        var name = String.UnicodeScalarView()
        while let scalar = next, scalar != end {
            name.append(scalar)
            position += 1
        }
        guard next == end, !name.isEmpty else { throw .syntax("the group's name does not end", offset: offset) }
        position += 1
        return String(name)
    }

    private mutating func escape(at offset: Int) throws(LinePatternError) -> PatternNode {
        guard let scalar = next else { throw .syntax("nothing follows \"\\\"", offset: offset) }
        if let set = ScalarSet.named(scalar) {
            position += 1
            return .set(set)
        }
        switch scalar {
        case "b", "B":
            position += 1
            return .wordBoundary(isNegated: scalar == "B")
        case "1"..."9":
            let reference = try number(at: offset) ?? 0
            references.append((reference, offset))
            return .backreference(reference)
        case "k":
            position += 1
            guard take("<") else { throw .syntax("\\k wants a group's name", offset: offset) }
            let name = try groupName(until: ">", at: offset)
            guard let reference = names[name] else { throw .syntax("there is no group \"\(name)\"", offset: offset) }
            return .backreference(reference)
        case "p", "P":
            throw .unsupported("Unicode properties", offset: offset)
        default:
            return Self.literal(try character(at: offset))
        }
    }

    /// The character that an escape stands for; the backslash is read already.
    private mutating func character(at offset: Int) throws(LinePatternError) -> Unicode.Scalar {
        guard let scalar = next else { throw .syntax("nothing follows \"\\\"", offset: offset) }
        position += 1
        switch scalar {
        case "n": return "\n"
        case "r": return "\r"
        case "t": return "\t"
        case "f": return "\u{C}"
        case "v": return "\u{B}"
        case "e": return "\u{1B}"
        case "a": return "\u{7}"
        case "0": return "\0"
        case "x": return try hexadecimal(digits: 2, at: offset)
        case "u": return try hexadecimal(digits: 4, at: offset)
        case "c":
            guard let letter = next, letter.isASCII, letter.properties.isAlphabetic else {
                throw .syntax("\\c wants a letter", offset: offset)
            }
            position += 1
            return Unicode.Scalar(UInt8(letter.value & 0x1F))
        default: return scalar
        }
    }

    private mutating func hexadecimal(digits: Int, at offset: Int) throws(LinePatternError) -> Unicode.Scalar {
        var text = String.UnicodeScalarView()
        while text.count < digits, let scalar = next, scalar.properties.isASCIIHexDigit {
            text.append(scalar)
            position += 1
        }
        guard text.count == digits, let value = UInt32(String(text), radix: 16), let scalar = Unicode.Scalar(value) else {
            throw .syntax("\(digits) hexadecimal digits of a character are expected", offset: offset)
        }
        return scalar
    }
}

// MARK: - Sets

extension PatternParser {
    /// What follows `[`.
    private mutating func set(at offset: Int) throws(LinePatternError) -> ScalarSet {
        let isNegated = take("^")
        var ranges: [ClosedRange<UInt32>] = []
        var isFirst = true
        while let scalar = next, isFirst || scalar != "]" {
            isFirst = false
            switch try member() {
            case .set(let set): ranges += set.plainRanges
            case .scalar(let lower):
                guard next == "-", position + 1 < scalars.count, scalars[position + 1] != "]" else {
                    ranges.append(lower...lower)
                    continue
                }
                position += 1
                switch try member() {
                case .set(let set): ranges += [lower...lower, 0x2D...0x2D] + set.plainRanges
                case .scalar(let upper):
                    guard lower <= upper else { throw .syntax("a range in the wrong order", offset: position - 1) }
                    ranges.append(lower...upper)
                }
            }
        }
        guard take("]") else { throw .syntax("\"[\" without \"]\"", offset: offset) }
        return ScalarSet(ranges: ranges, isNegated: isNegated)
    }

    private enum SetMember {
        case scalar(UInt32)
        case set(ScalarSet)
    }

    private mutating func member() throws(LinePatternError) -> SetMember {
        let offset = position
        let scalar = scalars[position]
        position += 1
        guard scalar == "\\" else { return .scalar(scalar.value) }
        guard let escaped = next else { throw .syntax("nothing follows \"\\\"", offset: offset) }
        if let set = ScalarSet.named(escaped) {
            position += 1
            return .set(set)
        }
        if escaped == "b" {
            position += 1
            return .scalar(8)
        }
        if escaped == "p" || escaped == "P" { throw .unsupported("Unicode properties", offset: offset) }
        return .scalar(try character(at: offset).value)
    }
}
