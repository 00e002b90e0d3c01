internal import ArgumentParser
internal import Buildspecs
internal import Pipelines
internal import Workflows
internal import YAML

/// The dialects of files that commands read.
enum PipelineKind: String, Sendable, CaseIterable, ExpressibleByArgument {
    case workflow
    case action
    case buildspec
    case pipeline

    /// What a file is by its name, and where that says nothing, by its keys.
    init(_ file: PipelineFile) {
        let name = file.path.split(separator: "/").last.map(String.init) ?? file.path
        if ActionReader.fileNames.contains(name) {
            self = .action
        } else if PipelineReader.isPipeline(path: file.path, text: file.text) {
            self = .pipeline
        } else if name.lowercased().hasPrefix("buildspec") || BuildspecReader.isLikely(file.text) {
            self = .buildspec
        } else {
            self = .workflow
        }
    }
}

/// `--kind`.
struct PipelineKindOption: ParsableArguments {
    @Option(
        help: """
            The dialect of the file: workflow, action (an action's metadata; a file named action.yml or action.yaml is taken for \
            one), buildspec (so are a file whose name begins with buildspec, and one with the keys of one), or pipeline (stages; \
            so is a file named pipeline.yml).
            """)
    var kind: PipelineKind?

    /// The kind of one file.
    func kind(of file: PipelineFile) -> PipelineKind { kind ?? PipelineKind(file) }
}

/// `--event`.
enum EventName {
    static func check(_ name: String) throws(CommandFailure) {
        guard EventCatalog.named(name) == nil else { return }
        let advice = EventCatalog.names.closestMatch(to: name).map { "; did you mean \"\($0)\"?" } ?? ""
        throw CommandFailure(.usage, "--event: no event is called \"\(name)\"\(advice)")
    }
}
