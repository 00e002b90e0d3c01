internal import Diagnostics
internal import Plan

/// What the check said of a run's file, each remark with the line it is about and a caret under the place.
struct DiagnosticValues: Sendable {
    let site: WebSite

    func all(of run: Run) async -> [PageValues] {
        var sources: [String: String] = [:]
        for file in Set(run.diagnostics.map(\.file)) {
            sources[file] = await site.operations.source(ofRun: run, path: file)
        }
        let renderer = DiagnosticRenderer(sources: sources)
        return run.diagnostics.inFileOrder.map { diagnostic in
            let source = renderer.sourceLine(of: diagnostic)
            return [
                "severity": diagnostic.severity.rawValue, "rule": diagnostic.rule, "message": diagnostic.message,
                "place": "\(diagnostic.file):\(diagnostic.line):\(diagnostic.column)", "line": diagnostic.line,
                "source": source ?? "", "hasSource": source != nil,
                "caret": source.map { Self.caret(under: diagnostic.range, in: $0) } ?? "",
            ]
        }
    }

    /// Blanks up to the place, then a caret and a tilde for each further character.
    static func caret(under range: SourceRange, in source: String) -> String {
        let scalars = Array(source.unicodeScalars)
        let column = min(max(range.start.column, 1), scalars.count + 1)
        let indent = scalars.prefix(column - 1).map { $0 == "\t" ? "\t" : " " }.joined()
        let last = range.end.line == range.start.line ? range.end.column : scalars.count + 1
        let width = max(1, min(last, scalars.count + 1) - column)
        return indent + "^" + String(repeating: "~", count: width - 1)
    }
}
