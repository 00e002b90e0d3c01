/// Compiles a filter pattern and notes its flaws.
struct FilterPatternParser {
    private let scalars: [Unicode.Scalar]
    private let kind: FilterPattern.Kind
    private var index = 0
    /// Where the instruction starts that `?` or `+` would repeat; nil where there is none.
    private var repeatable: Int?

    private(set) var program: [FilterInstruction] = []
    private(set) var flaws: [FilterPatternFlaw] = []

    init(source: String, kind: FilterPattern.Kind) {
        scalars = Array(source.unicodeScalars)
        self.kind = kind
    }

    mutating func parse() {
        if peek == "!" { index += 1 }
        if index == scalars.count {
            flaw(.malformed, scalars.isEmpty ? "the pattern is empty" : "a pattern must follow \"!\"", at: 0)
        }
        noteEdges()
        while index < scalars.count { parseElement() }
        program.append(.accept)
        flaws.sort { $0.offset < $1.offset }
    }

    private var peek: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

    private mutating func flaw(_ weight: FilterPatternFlaw.Weight, _ message: String, at offset: Int) {
        flaws.append(FilterPatternFlaw(weight: weight, message: message, offset: offset))
    }

    private mutating func parseElement() {
        let scalar = scalars[index]
        switch scalar {
        case "*": parseStars()
        case "?", "+": parseRepetition(scalar)
        case "[": parseSet()
        case "\\": parseEscape()
        case "\n", "\r":
            flaw(.malformed, "a pattern must not contain a line break", at: index)
            append(.scalar(scalar))
        default:
            if kind == .ref, " \t~^:".unicodeScalars.contains(scalar) {
                flaw(.futile, "a ref's name never contains \"\(scalar)\"", at: index)
            }
            append(.scalar(scalar))
        }
    }

    private mutating func append(_ instruction: FilterInstruction) {
        repeatable = program.count
        program.append(instruction)
        index += 1
    }

    // MARK: Stars and repetition

    private mutating func parseStars() {
        let start = index
        repeatable = nil
        index += 1
        guard peek == "*" else { return appendAny(of: .withinFolder) }
        while peek == "*" { index += 1 }
        let startsFolder = start == 0 || scalars[start - 1] == "/" || (start == 1 && scalars[0] == "!")
        guard startsFolder, peek == "/" else { return appendAny(of: .anything) }
        index += 1
        appendFolders()
    }

    /// `x*`
    private mutating func appendAny(of instruction: FilterInstruction) {
        let start = program.count
        program += [.split(start + 1, start + 3), instruction, .jump(start)]
    }

    /// `(.+/)?`: any number of folders, also none.
    private mutating func appendFolders() {
        let start = program.count
        program += [
            .split(start + 1, start + 4), .anything, .split(start + 1, start + 3), .scalar("/"),
        ]
    }

    private mutating func parseRepetition(_ sign: Unicode.Scalar) {
        guard let start = repeatable else {
            flaw(.malformed, "\"\(sign)\" must follow the character or set that it repeats", at: index)
            append(.scalar(sign))
            repeatable = nil
            return
        }
        let repeated = program[start]
        if sign == "+" {
            program.append(.split(start, start + 2))
        } else {
            program[start] = .split(start + 1, start + 2)
            program.append(repeated)
        }
        repeatable = nil
        index += 1
    }

    // MARK: Sets and escapes

    private mutating func parseSet() {
        let open = index
        let flawCount = flaws.count
        index += 1
        if peek == "]" {
            flaw(.malformed, "a set of characters must not be empty", at: open)
            index += 1
            return
        }
        var ranges: [ClosedRange<Unicode.Scalar>] = []
        while let scalar = peek, scalar != "]" {
            index += 1
            ranges.append(peek == "-" ? parseRange(from: scalar) : scalar...scalar)
        }
        repeatable = program.count
        program.append(.set(ranges))
        guard peek == "]" else {
            flaw(.malformed, "this set of characters is not closed with \"]\"", at: open)
            return
        }
        index += 1
        if flaws.count == flawCount, ranges.count == 1, ranges[0].lowerBound == ranges[0].upperBound {
            flaw(.futile, "a set of one character is that character; write it without the brackets", at: open)
        }
    }

    private mutating func parseRange(from start: Unicode.Scalar) -> ClosedRange<Unicode.Scalar> {
        index += 1
        guard let end = peek, end != "]" else {
            flaw(.malformed, "a range needs a character after \"-\"", at: index - 1)
            return start...start
        }
        index += 1
        guard start <= end else {
            flaw(.malformed, "the range \"\(start)-\(end)\" is the wrong way round", at: index - 3)
            return start...start
        }
        return start...end
    }

    private mutating func parseEscape() {
        let start = index
        index += 1
        guard let next = peek else {
            flaw(.malformed, "a backslash must stand before another character", at: start)
            index = start
            return append(.scalar("\\"))
        }
        if kind == .ref, !"[]?*+\\!".unicodeScalars.contains(next) {
            flaw(.futile, "\"\(next)\" needs no backslash; only [ ] ? * + \\ ! do", at: start)
        }
        if kind == .ref, "[?*".unicodeScalars.contains(next) {
            flaw(.futile, "a ref's name never contains \"\(next)\"", at: start)
        }
        append(.scalar(next))
    }

    // MARK: Edges

    private mutating func noteEdges() {
        let body = Array(scalars[index...])
        guard let first = body.first, let last = body.last else { return }
        let end = scalars.count - 1
        switch kind {
        case .ref:
            if first == "/" { flaw(.futile, "a ref's name never starts with \"/\"", at: index) }
            if last == "/" { flaw(.futile, "a ref's name never ends with \"/\"", at: end) }
            if last == "." { flaw(.futile, "a ref's name never ends with \".\"", at: end) }
        case .path:
            if first == " " || first == "\t" { flaw(.futile, "the pattern starts with a space", at: index) }
            if last == " " || last == "\t" { flaw(.futile, "the pattern ends with a space", at: end) }
            let text = String(String.UnicodeScalarView(body))
            if text == "." || text == ".." || text.hasPrefix("./") || text.hasPrefix("../") {
                flaw(.futile, "paths are written from the repository's root, without \"./\" or \"../\"", at: index)
            }
        }
    }
}
