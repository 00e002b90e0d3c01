/// Renders diagnostics for a terminal or a plain-text page: message, place, the source line and a caret under the range.
///
/// ```
/// .github/workflows/ci.yml:7:5: error: unknown key "step", expected one of … [unknown-key]
///     step:
///     ^~~~
/// ```
public struct DiagnosticRenderer: Sendable {
    private let lines: [String: [Substring]]

    /// - Parameter sources: the text of each file by the name that its diagnostics carry. A file that is missing
    ///   here is rendered without its source line.
    public init(sources: [String: String]) {
        lines = sources.mapValues { text in
            // "\r\n" is one character, which a split at "\n" would not find.
            text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" || $0 == "\r" }
        }
    }

    public func render(_ diagnostics: [Diagnostic]) -> String {
        diagnostics.map(render).joined(separator: "\n")
    }

    public func render(_ diagnostic: Diagnostic) -> String {
        let place = "\(diagnostic.file):\(diagnostic.line):\(diagnostic.column)"
        let head = "\(place): \(diagnostic.severity.rawValue): \(diagnostic.message) [\(diagnostic.rule)]"
        guard let source = sourceLine(of: diagnostic) else { return head }
        return "\(head)\n  \(source)\n  \(Self.caret(under: diagnostic.range, in: source))"
    }

    /// The line that a diagnostic points to, or nil where the file is not known or empty.
    public func sourceLine(of diagnostic: Diagnostic) -> String? {
        guard let file = lines[diagnostic.file], diagnostic.line >= 1, diagnostic.line <= file.count, file != [""] else {
            return nil
        }
        return String(file[diagnostic.line - 1])
    }

    /// Blanks up to the place, then a caret and a tilde for each further character.
    public static func caret(under range: SourceRange, in source: String) -> String {
        let scalars = Array(source.unicodeScalars)
        let column = min(max(range.start.column, 1), scalars.count + 1)
        // Tabs are kept, so that the caret stands under its character whatever the terminal's tab width.
        let indent = scalars.prefix(column - 1).map { $0 == "\t" ? "\t" : " " }.joined()
        let last = range.end.line == range.start.line ? range.end.column : scalars.count + 1
        let width = max(1, min(last, scalars.count + 1) - column)
        return indent + "^" + String(repeating: "~", count: width - 1)
    }
}
