internal import Diagnostics
internal import Plan
public import Workflows
internal import YAML

/// Reads a pipeline file: stages of actions in AWS CodePipeline's words, lowered into the plan that a run follows.
///
/// What it refers to (buildspecs, workflows) is read from the same commit; every mistake is a diagnostic with its place. See
/// "CodePipeline pipeline structure reference" in AWS's manual for the words.
public enum PipelineReader {
    /// As `--kind` has it.
    public static let kind = "pipeline"

    /// Whether a file is a pipeline of stages: by its name, unless it has jobs as a workflow has.
    public static func isPipeline(path: String, text: String) -> Bool {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        guard ["pipeline.yml", "pipeline.yaml"].contains(where: { name == $0 || name.hasSuffix(".\($0)") }) else { return false }
        guard let root = YAMLDocument.parse(text, file: "").root else { return true }
        return root["stages"] != nil || root["jobs"] == nil
    }

    /// - Parameters:
    ///   - path: the file as the user knows it, relative to the repository's root; it stands in every diagnostic.
    ///   - files: gives the buildspecs and workflows of the same commit.
    public static func read(text: String, path: String, files: any CalledWorkflows) -> WorkflowDocument {
        let document = YAMLDocument.parse(text, file: path)
        let diagnostics = DiagnosticCollector(file: path)
        diagnostics.append(contentsOf: document.diagnostics)
        guard let root = document.root else {
            if !document.diagnostics.containsError {
                diagnostics.error("empty-file", "the file is empty; expected a pipeline", at: SourceRange(line: 1, column: 1))
            }
            return answer(path, nil, nil, diagnostics)
        }
        guard let pipeline = PipelineSyntax(path: path, diagnostics: diagnostics).read(root) else {
            return answer(path, nil, nil, diagnostics)
        }
        PipelineNames(diagnostics: diagnostics).check(pipeline)
        CommentedVariables(diagnostics: diagnostics).check(text, root: root)
        var lowering = PipelineLowering(pipeline: pipeline, path: path, files: files, diagnostics: diagnostics)
        let plan = lowering.plan()
        return answer(path, pipeline.triggers, plan, diagnostics)
    }

    private static func answer(
        _ path: String, _ triggers: Workflow?, _ plan: RunPlan?, _ diagnostics: DiagnosticCollector
    ) -> WorkflowDocument {
        let found = diagnostics.diagnostics.inFileOrder
        var plan = found.containsError ? nil : plan
        plan?.notices = found
        return WorkflowDocument(path: path, kind: kind, triggers: triggers, plan: plan, diagnostics: found)
    }
}
