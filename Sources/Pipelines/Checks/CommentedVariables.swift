internal import Diagnostics
internal import YAML

/// Variables that YAML takes for a comment: a text without quotes ends before ` #`, wherever `#{Namespace.Name}` is meant.
///
/// Rule: `variable`.
struct CommentedVariables {
    let diagnostics: DiagnosticCollector

    func check(_ text: String, root: YAMLNode) {
        var ends: [Int: Int] = [:]
        var quoted: [ClosedRange<Int>] = []
        collect(root, ends: &ends, blocks: &quoted)
        let lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" || $0 == "\r" }
        for (index, line) in lines.enumerated() {
            let number = index + 1
            // A line with nothing but a comment is one on purpose.
            guard let end = ends[number], !quoted.contains(where: { $0.contains(number) }) else { continue }
            let scalars = Array(line.unicodeScalars)
            guard let mark = scalars.indices.dropFirst(end - 1).first(where: { scalars[$0] == "#" }), mark + 1 < scalars.count,
                scalars[mark + 1] == "{"
            else { continue }
            diagnostics.error(
                "variable", "the text ends here: \" #\" begins a comment; put the text in quotes",
                at: SourceRange(line: number, column: mark + 1))
        }
    }

    /// Where the last scalar of each line ends, and the lines that are inside of one.
    private func collect(_ node: YAMLNode, ends: inout [Int: Int], blocks: inout [ClosedRange<Int>]) {
        for entry in node.entries ?? [] {
            collect(entry.key, ends: &ends, blocks: &blocks)
            collect(entry.value, ends: &ends, blocks: &blocks)
        }
        for element in node.elements ?? [] { collect(element, ends: &ends, blocks: &blocks) }
        guard node.scalar != nil, node.aliasRange == nil else { return }
        let (first, last) = (node.range.start.line, node.range.end)
        if last.line > first + 1 || (last.line == first + 1 && last.column == 1) {
            blocks.append(first...max(first, last.column == 1 ? last.line - 1 : last.line))
        }
        ends[last.line] = max(ends[last.line] ?? 1, last.column)
    }
}
