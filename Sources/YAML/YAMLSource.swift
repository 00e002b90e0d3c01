internal import Diagnostics

/// The text of a YAML file as Unicode scalars, which is how libyaml counts, and where its lines start.
final class YAMLSource: Sendable {
    let scalars: [Unicode.Scalar]
    private let lineStarts: [Int]

    /// - Parameter text: without a byte order mark.
    init(_ text: String) {
        scalars = Array(text.unicodeScalars)
        var starts = [0]
        for (index, scalar) in scalars.enumerated() where scalar == "\n" { starts.append(index + 1) }
        lineStarts = starts
    }

    func position(at index: Int) -> SourcePosition {
        let index = min(max(index, 0), scalars.count)
        var low = 0
        var high = lineStarts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if lineStarts[middle] <= index { low = middle } else { high = middle }
        }
        return SourcePosition(line: low + 1, column: index - lineStarts[low] + 1)
    }

    func range(of span: Range<Int>) -> SourceRange {
        SourceRange(start: position(at: span.lowerBound), end: position(at: span.upperBound))
    }

    /// A range of one character, for a problem that has a place but no extent.
    func range(at index: Int) -> SourceRange {
        let start = position(at: index)
        return SourceRange(start: start, end: SourcePosition(line: start.line, column: start.column + 1))
    }

    func scalar(at index: Int) -> Unicode.Scalar? {
        scalars.indices.contains(index) ? scalars[index] : nil
    }

    /// The index where a node's content starts, after anchor and tag: libyaml counts those to the node.
    func skipProperties(in span: Range<Int>) -> Int {
        var index = span.lowerBound
        while index < span.upperBound {
            switch scalars[index] {
            case " ", "\t", "\r", "\n":
                index += 1
            case "#":
                index = firstIndex(from: index, to: span.upperBound) { $0 == "\n" }
            case "&", "!":
                index = firstIndex(from: index, to: span.upperBound) { " \t\r\n,[]{}".unicodeScalars.contains($0) }
            default:
                return index
            }
        }
        return span.upperBound
    }

    /// The end of a span without the white space that closes it.
    func trimmedEnd(of span: Range<Int>) -> Int {
        var end = span.upperBound
        while end > span.lowerBound, " \t\r\n".unicodeScalars.contains(scalars[end - 1]) { end -= 1 }
        return end
    }

    private func firstIndex(from start: Int, to end: Int, where matches: (Unicode.Scalar) -> Bool) -> Int {
        var index = start
        while index < end, !matches(scalars[index]) { index += 1 }
        return index
    }
}
