internal import ArgumentParser
internal import Workflows

/// The dialects of files that commands read.
enum PipelineKind: String, Sendable, CaseIterable, ExpressibleByArgument {
    case workflow
    case action
    case buildspec
    case pipeline

    /// What a file is by its name.
    init(path: String) {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        self = ActionReader.fileNames.contains(name) ? .action : .workflow
    }
}

/// `--kind`.
struct PipelineKindOption: ParsableArguments {
    @Option(
        help: """
            The dialect of the file: workflow, action (an action's metadata; a file named action.yml or action.yaml is taken for \
            one), or buildspec, which this version does not read yet.
            """)
    var kind: PipelineKind?

    /// The kind of one file.
    func kind(of path: String) throws(CommandFailure) -> PipelineKind {
        let kind = kind ?? PipelineKind(path: path)
        guard kind != .buildspec else {
            throw CommandFailure(.usage, "buildspecs are not supported by this version yet; workflow files are")
        }
        return kind
    }
}
