internal import ArgumentParser
internal import Diagnostics
internal import Expressions
internal import Workflows

/// `slipway check`: every mistake in pipeline files and actions, and what this version does not support.
struct PipelineCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check pipeline files and actions.",
        discussion: """
            Without a file: those of .github/workflows and .slipway in the current folder, its buildspec, and the metadata of the \
            actions in it and in .github/actions.
            """)

    @OptionGroup var pipeline: PipelineKindOption
    @OptionGroup var output: FormatOption

    @Argument(help: ArgumentHelp("The files to check.", valueName: "file"), completion: .file(extensions: ["yml", "yaml"]))
    var paths: [String] = []

    func run() throws {
        let files = try chosenPaths().map { path throws(CommandFailure) in try PipelineFile(path: path) }
        let answer = CheckAnswer(files.map { $0.checked(as: pipeline.kind(of: $0)) })
        switch output.format {
        case .json: Terminal.write(line: answer.value.jsonText())
        case .text: Terminal.write(Self.text(answer, files: files))
        }
        if !answer.isAccepted { throw CommandFailure.answeredNo }
    }

    private func chosenPaths() throws(CommandFailure) -> [String] {
        guard paths.isEmpty else { return paths }
        let found =
            PipelineFile.all(inRepository: ".") + PipelineFile.buildspecs(inRepository: ".")
            + PipelineFile.actions(inRepository: ".")
        guard !found.isEmpty else {
            throw CommandFailure(
                .usage,
                "no pipeline file in .github/workflows or .slipway of this folder; name a file, or go to a repository's root")
        }
        return found
    }

    private static func text(_ answer: CheckAnswer, files: [PipelineFile]) -> String {
        let renderer = DiagnosticRenderer(
            sources: Dictionary(files.map { ($0.path, $0.text) }, uniquingKeysWith: { first, _ in first }))
        var text = ""
        for document in answer.documents {
            for diagnostic in document.diagnostics { text += DiagnosticText.colored(diagnostic, by: renderer) + "\n" }
        }
        return text + summary(answer)
    }

    private static func summary(_ answer: CheckAnswer) -> String {
        let diagnostics = answer.documents.flatMap(\.diagnostics)
        let errors = diagnostics.count { $0.severity == .error }
        let verdict =
            answer.isAccepted ? TextColor.green.applied(to: "✓ accepted") : TextColor.red.applied(to: "✗ rejected")
        let refused = answer.documents.filter { !$0.isAccepted }.map(\.path)
        return "\(verdict): \(counted(answer.documents.count, "file")), \(counted(errors, "error")), "
            + "\(counted(diagnostics.count - errors, "warning"))"
            + (refused.isEmpty || answer.documents.count == 1 ? "" : "; rejected: \(refused.joined(separator: ", "))") + "\n"
    }

    private static func counted(_ count: Int, _ word: String) -> String { "\(count) \(word)\(count == 1 ? "" : "s")" }
}
