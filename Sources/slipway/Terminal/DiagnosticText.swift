internal import Diagnostics

/// Diagnostics on a terminal.
enum DiagnosticText {
    /// The rendered diagnostic, its severity and its caret in colour.
    static func colored(_ diagnostic: Diagnostic, by renderer: DiagnosticRenderer) -> String {
        let color: TextColor = diagnostic.severity == .error ? .red : .yellow
        var lines = renderer.render(diagnostic).split(separator: "\n", omittingEmptySubsequences: false)
            .map { String($0).printable }
        let severity = " \(diagnostic.severity.rawValue): "
        if let range = lines[0].firstRange(of: severity) {
            lines[0].replaceSubrange(range, with: " \(color.applied(to: diagnostic.severity.rawValue)): ")
        }
        if lines.count > 2 { lines[2] = color.applied(to: lines[2]) }
        return lines.joined(separator: "\n")
    }
}
