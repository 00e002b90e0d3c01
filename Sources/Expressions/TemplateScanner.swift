/// Finds the expressions in a text.
enum TemplateScanner {
    private static let opening = "${{"

    static func segments(
        of source: String, knownContexts: [String]?
    ) throws(ExpressionError) -> [Template.Segment] {
        let found = read(source, knownContexts: knownContexts)
        if let mistake = found.mistakes.first { throw mistake }
        return found.segments
    }

    /// What is sound in a text, and every mistake in the rest; after an expression that is not closed there is no telling.
    static func read(_ source: String, knownContexts: [String]?) -> (segments: [Template.Segment], mistakes: [ExpressionError]) {
        if source.isEmpty { return ([], []) }
        guard source.utf8.contains(UInt8(ascii: "$")) else { return ([.text(source)], []) }
        var mistakes: [ExpressionError] = []
        let scalars = Array(source.unicodeScalars)
        var segments: [Template.Segment] = []
        var textStart = 0
        var position = 0
        while position < scalars.count {
            guard isOpening(scalars, at: position) else {
                position += 1
                continue
            }
            append(scalars[textStart..<position], to: &segments)
            guard let end = closing(scalars, from: position + 3) else {
                mistakes.append(
                    ExpressionError(
                        phase: .lexing, message: "an expression is not closed: expected \"}}\" after \"\(opening)\"",
                        offset: position))
                return (segments, mistakes)
            }
            do throws(ExpressionError) {
                segments.append(try expression(scalars, position + 3..<end, knownContexts: knownContexts))
            } catch {
                mistakes.append(error)
            }
            position = end + 2
            textStart = position
        }
        append(scalars[textStart...], to: &segments)
        return (segments, mistakes)
    }

    /// A source that yields exactly this text: each `${{` in it becomes an expression that yields those three characters.
    static func escaped(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "$")) else { return text }
        let scalars = Array(text.unicodeScalars)
        var result = String.UnicodeScalarView()
        var position = 0
        while position < scalars.count {
            if isOpening(scalars, at: position) {
                result.append(contentsOf: "${{ '${{' }}".unicodeScalars)
                position += 3
            } else {
                result.append(scalars[position])
                position += 1
            }
        }
        return String(result)
    }

    private static func isOpening(_ scalars: [Unicode.Scalar], at position: Int) -> Bool {
        position + 2 < scalars.count && scalars[position] == "$" && scalars[position + 1] == "{"
            && scalars[position + 2] == "{"
    }

    /// The next `}}` that is not inside a string.
    private static func closing(_ scalars: [Unicode.Scalar], from start: Int) -> Int? {
        var isInString = false
        var position = start
        while position < scalars.count {
            if scalars[position] == "'" {
                isInString.toggle()
            } else if !isInString, scalars[position] == "}", position + 1 < scalars.count, scalars[position + 1] == "}" {
                return position
            }
            position += 1
        }
        return nil
    }

    private static func expression(
        _ scalars: [Unicode.Scalar], _ range: Range<Int>, knownContexts: [String]?
    ) throws(ExpressionError) -> Template.Segment {
        var content = scalars[range]
        while let first = content.first, first.isBlank { content.removeFirst() }
        while let last = content.last, last.isBlank { content.removeLast() }
        guard !content.isEmpty else {
            throw ExpressionError(
                phase: .parsing, message: "expected an expression between \"\(opening)\" and \"}}\"",
                offset: range.lowerBound)
        }
        let offset = content.startIndex
        do {
            let source = String(String.UnicodeScalarView(content))
            return .expression(try Expression(parsing: source, knownContexts: knownContexts), offset: offset)
        } catch {
            throw error.shifted(by: offset)
        }
    }

    private static func append(_ scalars: ArraySlice<Unicode.Scalar>, to segments: inout [Template.Segment]) {
        if !scalars.isEmpty { segments.append(.text(String(String.UnicodeScalarView(scalars)))) }
    }
}
