internal import ArgumentParser

/// The dialects of pipeline files.
enum PipelineKind: String, Sendable, CaseIterable, ExpressibleByArgument {
    case workflow
    case buildspec
}

/// `--kind`.
struct PipelineKindOption: ParsableArguments {
    @Option(help: "The dialect of the file: workflow, or buildspec, which this version does not read yet.")
    var kind: PipelineKind = .workflow

    func requireSupport() throws(CommandFailure) {
        guard kind == .workflow else {
            throw CommandFailure(.usage, "buildspecs are not supported by this version yet; workflow files are")
        }
    }
}
