internal import Diagnostics
internal import YAML

/// Reads a GitHub workflow file: its syntax tree and every mistake in it at once.
///
/// What GitHub refuses is an error; what GitHub takes and this version doesn't do is a warning of the rule `unsupported`
/// (the run is refused) or `ignored` (the key has no effect). See "Workflow syntax for GitHub Actions" in GitHub's manual.
public enum WorkflowReader {
    /// A file over this bound is refused: high enough for one that only has many warnings.
    private static let diagnosticLimit = 5_000

    /// - Parameters:
    ///   - text: the file's content.
    ///   - path: the file as the user knows it, relative to the repository's root; it stands in every diagnostic.
    ///   - calls: gives the workflows that it calls, to read them as well; see `CallReader`, which many files can share.
    ///     Nil: calls are not followed.
    public static func read(text: String, path: String, calls: (any CalledWorkflows)? = nil) -> WorkflowDocument {
        let document = YAMLDocument.parse(text, file: path)
        let diagnostics = DiagnosticCollector(file: path, limit: diagnosticLimit)
        diagnostics.append(contentsOf: document.diagnostics)
        let workflow = syntaxTree(of: document, path: path, diagnostics: diagnostics)
        if let workflow {
            for check in WorkflowChecks.all { check.check(workflow, reportingTo: diagnostics) }
        }
        let read = WorkflowDocument(path: path, workflow: workflow, diagnostics: diagnostics.diagnostics.inFileOrder)
        return calls.map { CallReader($0).follow(read) } ?? read
    }

    /// The tree without the checks; nil where the file is no mapping.
    static func syntaxTree(
        of document: YAMLDocument, path: String, diagnostics: DiagnosticCollector
    ) -> Workflow? {
        guard let root = document.root else {
            if !document.diagnostics.containsError {
                diagnostics.error("empty-file", "the file is empty; expected a workflow", at: SourceRange(line: 1, column: 1))
            }
            return nil
        }
        return RootReader(context: SyntaxContext(diagnostics: diagnostics)).read(root, path: path)
    }
}

/// Reads the top level of a workflow file.
struct RootReader {
    let context: SyntaxContext

    func read(_ root: YAMLNode, path: String) -> Workflow? {
        let keys = LanguageSupport.keys(under: "")
        guard let reader = context.mapping(root, path: "", context: "a workflow", keys: keys) else { return nil }
        var workflow = Workflow(path: path)
        workflow.name = context.plain(reader.value("name"), key: "name", isEmptyAllowed: true)
        workflow.runName = context.text(reader.value("run-name"), at: .runName)
        _ = context.plain(reader.value("description"), key: "description", isEmptyAllowed: true)
        if let on = reader.required("on") {
            TriggerReader(context: context).read(on, keyRange: reader.key("on")?.range ?? reader.place, into: &workflow)
        }
        workflow.environment = context.variables(reader.value("env"), at: .workflowEnvironment, context: "\"env\"")
        let parts = PartReader(context: context)
        workflow.defaults = parts.defaults(reader.value("defaults"), path: "defaults", at: .literal("defaults.run"))
        workflow.permissions = parts.permissions(reader.value("permissions"))
        workflow.concurrency = parts.concurrency(
            reader.value("concurrency"), path: "concurrency", at: .workflowConcurrency)
        if let jobs = reader.required("jobs") { workflow.jobs = readJobs(jobs) }
        workflow.keys = context.keys
        workflow.texts = context.texts
        workflow.conditions = context.conditions
        workflow.unsupported = context.unsupported
        workflow.expressions = context.expressions
        workflow.remarks = SupportRemark.all(on: workflow)
        return workflow
    }

    private func readJobs(_ node: YAMLNode) -> [WorkflowJob] {
        let entries = context.entries(node, context: "\"jobs\"")
        if entries.isEmpty, node.entries != nil {
            context.diagnostics.error("no-jobs", "\"jobs\" is empty; expected at least one job", at: node.pointer)
        }
        return entries.compactMap { entry in
            context.job = entry.name
            defer { context.job = nil }
            return JobReader(context: context).read(entry)
        }
    }
}
