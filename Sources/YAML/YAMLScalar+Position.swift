public import Diagnostics

extension YAMLScalar {
    /// The place in the source of one character of the text, however the scalar is written.
    ///
    /// - Parameter offset: counted in Unicode scalars of `text`; past the end gives the end of the scalar.
    public func position(ofScalarOffset offset: Int) -> SourcePosition {
        source.position(at: sourceIndex(of: offset, in: sourceIndices()))
    }

    /// The stretch of the source behind a part of the text, in Unicode scalars of `text`.
    public func range(ofScalarOffsets offsets: Range<Int>) -> SourceRange {
        let indices = sourceIndices()
        let start = sourceIndex(of: offsets.lowerBound, in: indices)
        guard !offsets.isEmpty else { return source.range(of: start..<start) }
        let last = sourceIndex(of: offsets.upperBound - 1, in: indices)
        return source.range(of: start..<max(start, last) + 1)
    }

    private func sourceIndex(of offset: Int, in indices: [Int]) -> Int {
        if indices.indices.contains(offset) { return indices[offset] }
        let isQuoted = style == .singleQuoted || style == .doubleQuoted
        return offset <= 0 ? span.lowerBound : source.trimmedEnd(of: span) - (isQuoted ? 1 : 0)
    }

    /// For each Unicode scalar of the text, where it (or the escape or line break that it comes from) starts.
    private func sourceIndices() -> [Int] {
        switch style {
        case .plain: flowIndices(in: span)
        case .singleQuoted, .doubleQuoted:
            span.count >= 2 ? flowIndices(in: span.lowerBound + 1..<span.upperBound - 1) : []
        case .literal, .folded: blockIndices()
        }
    }
}

// MARK: Plain and quoted scalars

extension YAMLScalar {
    private func flowIndices(in span: Range<Int>) -> [Int] {
        var indices: [Int] = []
        var index = span.lowerBound
        // How many of the indices are not blanks of the line so far: those before a line break are folded away.
        var kept = 0
        while index < span.upperBound {
            let scalar = source.scalars[index]
            if scalar == "\n" || scalar == "\r" {
                indices.removeLast(indices.count - kept)
                index = foldBreaks(from: index, to: span.upperBound, into: &indices)
                kept = indices.count
            } else if style == .doubleQuoted, scalar == "\\" {
                index = appendEscape(at: index, to: span.upperBound, into: &indices)
                kept = indices.count
            } else {
                indices.append(index)
                if scalar != " " && scalar != "\t" { kept = indices.count }
                let isDoubledQuote = style == .singleQuoted && scalar == "'"
                index += isDoubledQuote ? 2 : 1
            }
        }
        return indices
    }

    /// One break becomes a space, more become a line feed each but the first; blanks around them vanish.
    private func foldBreaks(from start: Int, to end: Int, into indices: inout [Int]) -> Int {
        var breaks: [Int] = []
        var index = start
        while index < end, " \t\r\n".unicodeScalars.contains(source.scalars[index]) {
            if source.scalars[index] == "\n" { breaks.append(index) }
            index += 1
        }
        indices += breaks.count > 1 ? breaks.dropFirst() : breaks[...]
        return index
    }

    private func appendEscape(at start: Int, to end: Int, into indices: inout [Int]) -> Int {
        guard start + 1 < end else { return end }
        switch source.scalars[start + 1] {
        case "\r", "\n":
            // The line goes on in the next one, without a space; blank lines between them still count.
            var index = start + 1
            var breaks: [Int] = []
            while index < end, " \t\r\n".unicodeScalars.contains(source.scalars[index]) {
                if source.scalars[index] == "\n" { breaks.append(index) }
                index += 1
            }
            indices += breaks.dropFirst()
            return index
        case "x":
            indices.append(start)
            return start + 4
        case "u":
            indices.append(start)
            return start + 6
        case "U":
            indices.append(start)
            return start + 10
        default:
            indices.append(start)
            return start + 2
        }
    }
}

// MARK: Literal and folded scalars

extension YAMLScalar {
    private func blockIndices() -> [Int] {
        let lines = blockLines()
        let indent = blockIndent(of: lines)
        var indices: [Int] = []
        var pendingBreaks: [Int] = []
        var previousIsIndented = false
        var hasContent = false
        for line in lines {
            let content = min(line.lowerBound + indent, line.upperBound)..<line.upperBound
            guard !content.isEmpty else {
                pendingBreaks.append(line.upperBound)
                continue
            }
            let isIndented = " \t".unicodeScalars.contains(source.scalars[content.lowerBound])
            let isFolded = style == .folded && hasContent && !previousIsIndented && !isIndented
            indices += isFolded && pendingBreaks.count > 1 ? pendingBreaks.dropFirst() : pendingBreaks[...]
            indices += content
            pendingBreaks = [line.upperBound]
            previousIsIndented = isIndented
            hasContent = true
        }
        let rest = text.unicodeScalars.count - indices.count
        return indices + pendingBreaks.prefix(max(0, rest))
    }

    /// The lines after the one with `|` or `>`, without their line breaks.
    private func blockLines() -> [Range<Int>] {
        var lines: [Range<Int>] = []
        var start = span.lowerBound
        for index in span.lowerBound...max(span.lowerBound, span.upperBound) {
            let isEnd = index == span.upperBound
            guard isEnd || source.scalars[index] == "\n" else { continue }
            let hasReturn = index > start && source.scalars[index - 1] == "\r"
            lines.append(start..<(hasReturn ? index - 1 : index))
            start = index + 1
            if isEnd { break }
        }
        return Array(lines.dropFirst())
    }

    /// How far the block is indented: what its first line has in the source more than in the text.
    private func blockIndent(of lines: [Range<Int>]) -> Int {
        let isBlank: (Unicode.Scalar) -> Bool = { $0 == " " }
        let first = lines.first { line in !source.scalars[line].allSatisfy(isBlank) }
        guard let first else { return lines.map(\.count).max() ?? 0 }
        let inSource = source.scalars[first].prefix(while: isBlank).count
        let firstOfText = text.unicodeScalars.split(separator: "\n").first { !$0.allSatisfy(isBlank) }
        let inText = firstOfText?.prefix(while: isBlank).count ?? 0
        return max(0, inSource - inText)
    }
}
