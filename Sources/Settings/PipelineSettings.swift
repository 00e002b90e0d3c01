internal import Diagnostics
internal import YAML

/// One of a repository's `pipelines`: a pipeline of stages that the operator writes, for every commit of the repository.
///
/// What it says is read when an event comes, together with the files of the commit that it refers to; here only its place is known.
public struct PipelineSettings: Sendable, Equatable {
    public var name: String
    /// The settings file, as diagnostics name it.
    public var file: String
    /// The pipeline as YAML, on the lines and columns that it has in the settings file.
    public var text: String

    /// Reads `pipelines` of a repository.
    static func list(_ reader: SettingsReader) -> [PipelineSettings] {
        guard let mapping = reader.mapping, mapping.value("pipelines") != nil else { return [] }
        var list: [PipelineSettings] = []
        for node in mapping.elements("pipelines") ?? [] {
            guard node["stages"] != nil, let name = node["name"]?.scalarText, !name.isEmpty else {
                reader.error("invalid-pipeline", "expected a pipeline with a \"name\" and \"stages\"", at: node)
                continue
            }
            guard !list.contains(where: { $0.name == name }) else {
                reader.error("invalid-pipeline", "there is another pipeline with the name \"\(name)\"", at: node)
                continue
            }
            list.append(
                PipelineSettings(name: name, file: reader.diagnostics.file, text: reader.host.source.inPlace(node.range)))
        }
        return list
    }
}

extension String {
    /// A part of a text, with nothing but blanks around it, so that every character keeps its line and column.
    fileprivate func inPlace(_ range: SourceRange) -> String {
        // By scalars, as places are counted: to a Character a line's end may be two of them.
        let lines = unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
        let first = min(range.start.line - 1, lines.count)
        let part = lines[first..<max(first, min(range.end.line, lines.count))]
        var text = String(repeating: "\n", count: range.start.line - 1)
        for (number, line) in zip(range.start.line..., part) {
            var scalars = Array(line)
            if number == range.end.line { scalars.removeLast(max(0, scalars.count - (range.end.column - 1))) }
            if number == range.start.line {
                for index in scalars.indices.prefix(range.start.column - 1) { scalars[index] = " " }
            }
            text.unicodeScalars.append(contentsOf: scalars)
            text += "\n"
        }
        return text
    }
}
