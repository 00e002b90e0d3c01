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
                "caret": source.map { DiagnosticRenderer.caret(under: diagnostic.range, in: $0) } ?? "",
            ]
        }
    }
}
