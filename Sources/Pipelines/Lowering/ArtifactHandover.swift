internal import Diagnostics
internal import Expressions
internal import Plan
internal import Workflows

/// The steps by which an action gets the artifacts that it takes, and keeps those that it makes.
///
/// The first input artifact is what the workspace holds; of others the variables `CODEBUILD_SRC_DIR_<artifact>` say where they
/// are, as in CodeBuild. Without any it is the commit.
struct ArtifactHandover {
    let action: StageAction

    private var names: [String] { action.inputs.isEmpty ? [PipelineNames.sourceArtifact] : action.inputs.map(\.value) }

    var receivingSteps: [StepPlan] {
        names.enumerated().map { index, name in
            let isSource = name == PipelineNames.sourceArtifact
            let folder = index == 0 ? "." : Self.folder(of: name)
            return StepPlan(
                name: Template(literal: isSource ? "Source" : "Artifact \(name)"),
                work: .action(
                    isSource
                        ? ActionCall(reference: "actions/checkout@v4", inputs: index == 0 ? [] : [Self.input("path", folder)])
                        : ActionCall(
                            reference: "actions/download-artifact@v4",
                            inputs: [Self.input("name", name), Self.input("path", folder)])),
                position: action.name.range.start)
        }
    }

    /// Lines for the shell that say where the other artifacts are.
    var exports: String {
        secondary.map { "export \($0.variable)=\"$PWD/\($0.folder)\"\n" }.joined()
    }

    /// The same for a build, a line each: the variable, `=`, and the folder in the workspace.
    var secondaryFolders: String { secondary.map { "\($0.variable)=\($0.folder)" }.joined(separator: "\n") }

    private var secondary: [(variable: String, folder: String)] {
        names.dropFirst().map { name in
            ("CODEBUILD_SRC_DIR_" + String(name.map { $0 == "-" ? "_" : $0 }), Self.folder(of: name))
        }
    }

    /// - Parameter files: patterns; empty: all of the workspace.
    func keepingSteps(files: [String]) -> [StepPlan] {
        action.outputs.map { output in
            let patterns = files.isEmpty ? [".", "!.git/**"] : files
            return StepPlan(
                name: Template(literal: "Keep \(output.value)"),
                work: .action(
                    ActionCall(
                        reference: "actions/upload-artifact@v4",
                        inputs: [
                            Self.input("name", output.value), Self.input("path", patterns.joined(separator: "\n")),
                            Self.input("if-no-files-found", "error"), Self.input("overwrite", "true"),
                            Self.input("include-hidden-files", "true"),
                        ])), position: action.name.range.start)
        }
    }

    private static func folder(of name: String) -> String { ".codepipeline/\(name)" }

    static func input(_ name: String, _ text: String) -> NamedTemplate {
        NamedTemplate(name: name, value: Template(literal: text))
    }
}
