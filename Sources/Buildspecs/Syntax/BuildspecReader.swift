public import Diagnostics
internal import LogText
internal import YAML

/// Gives the texts of other files of the repository that has a buildspec; nil where there is no such file.
public typealias BuildspecFiles = (_ path: String) -> String?

/// Reads a buildspec: its syntax tree and every mistake in it at once.
///
/// What this version doesn't do is a warning of the rule `unsupported` (a run is refused) or `ignored` (it has no effect).
public enum BuildspecReader {
    /// The names that CodeBuild looks for by itself, or that people give to files for it.
    public static let fileNames = ["buildspec.yml", "buildspec.yaml"]

    /// - Parameters:
    ///   - text: the file's content.
    ///   - path: the file as the user knows it, relative to the repository's root; it stands in every diagnostic.
    ///   - runsBatch: whether a `batch` of the file is to run; else the file is one build, and what it says of others is not read.
    ///   - files: gives the files that tasks of a batch name. Nil: they are not looked at.
    public static func read(
        text: String, path: String, runsBatch: Bool = true, files: BuildspecFiles? = nil
    ) -> BuildspecDocument {
        var document = readOne(text: text, path: path)
        let diagnostics = DiagnosticCollector(file: path)
        if !runsBatch, let buildspec = document.buildspec, let batch = buildspec.batch {
            leaveOut(batch, of: buildspec, reportingTo: diagnostics)
        }
        var others: [Diagnostic] = []
        for name in runsBatch && files != nil ? document.buildspec?.batch?.namedFiles ?? [] : [] where name.value != path {
            if document.others[name.value] == nil {
                guard let text = files?(name.value) else {
                    diagnostics.error("missing-file", "there is no file \"\(name.value)\" in the repository", at: name.range)
                    continue
                }
                let other = readOne(text: text, path: name.value)
                document.others[name.value] = other
                others += other.diagnostics
            } else if document.others[name.value]?.isAccepted != false {
                continue
            }
            document.others[name.value]?.refuse(at: name.range, reportingTo: diagnostics)
        }
        document.diagnostics = (document.diagnostics + diagnostics.diagnostics + others).inFileOrder
        return document
    }

    /// A batch that does not run has no effect beside phases; alone, nothing would run, and that is no build that succeeds.
    private static func leaveOut(_ batch: BuildspecBatch, of buildspec: Buildspec, reportingTo diagnostics: DiagnosticCollector) {
        if buildspec.phases.isEmpty {
            diagnostics.error(
                "no-phases",
                "nothing of this file would run: it has no \"phases\", and \"batch\" runs neither in a \"build\" action of a pipeline"
                    + " nor with \"batch: false\" in the settings", at: batch.range)
        } else {
            diagnostics.warning(
                "ignored", "\"batch\" is ignored: here the file is one build, that of its \"phases\"", at: batch.range)
        }
    }

    private static func readOne(text: String, path: String) -> BuildspecDocument {
        let document = YAMLDocument.parse(text, file: path)
        let diagnostics = DiagnosticCollector(file: path)
        diagnostics.append(contentsOf: document.diagnostics)
        var buildspec: Buildspec?
        if let root = document.root {
            buildspec = SpecReader(context: SpecContext(diagnostics: diagnostics)).read(root, path: path)
        } else if !document.diagnostics.containsError {
            diagnostics.error("empty-file", "the file is empty; expected a buildspec", at: SourceRange(line: 1, column: 1))
        }
        if let buildspec {
            for check in BuildspecChecks.all { check.check(buildspec, reportingTo: diagnostics) }
        }
        return BuildspecDocument(path: path, buildspec: buildspec, diagnostics: diagnostics.diagnostics.inFileOrder)
    }

    /// Whether a text is more likely a buildspec than a workflow: by the keys at its top.
    public static func isLikely(_ text: String) -> Bool {
        guard let root = YAMLDocument.parse(text, file: "").root, root["on"] == nil, root["jobs"] == nil else { return false }
        return root["version"] != nil && (root["phases"] != nil || root["batch"] != nil)
    }
}

extension BuildspecDocument {
    /// Says where a file is named that has mistakes, which stand among the diagnostics as well.
    public func refuse(at range: SourceRange, reportingTo diagnostics: DiagnosticCollector) {
        let count = self.diagnostics.count { $0.severity == .error }
        guard count > 0 else { return }
        diagnostics.error("called-file", "\"\(path)\" has \(count == 1 ? "1 mistake" : "\(count) mistakes")", at: range)
    }
}

/// Reads the top level of a buildspec.
struct SpecReader {
    let context: SpecContext

    func read(_ root: YAMLNode, path: String) -> Buildspec? {
        guard let reader = context.mapping(root, path: "", context: "a buildspec") else { return nil }
        var buildspec = Buildspec(path: path)
        buildspec.version = version(reader)
        buildspec.runAs = context.text(reader, "run-as")
        buildspec.environment = EnvironmentReader(context: context).read(reader, version: buildspec.version?.value)
        if let proxy = context.mapping(reader.value("proxy"), path: "proxy", context: "\"proxy\"") {
            for key in ["upload-artifacts", "logs"] { _ = context.flag(proxy, key) }
        }
        buildspec.batch = BatchReader(context: context).read(reader)
        buildspec.phases = PhaseReader(context: context).read(reader)
        let outputs = OutputReader(context: context)
        buildspec.reports = outputs.reports(reader)
        buildspec.artifacts = outputs.artifacts(reader)
        buildspec.cache = outputs.cache(reader)
        if buildspec.phases.isEmpty, buildspec.batch == nil, reader.key("batch") == nil {
            if let phases = reader.value("phases") {
                if phases.entries?.isEmpty == true {
                    context.diagnostics.error("empty-value", "\"phases\" has no phase: nothing would run", at: phases.pointer)
                }
            } else {
                context.diagnostics.error("missing-key", "a buildspec needs the key \"phases\"", at: reader.place)
            }
        }
        buildspec.keys = context.keys
        return buildspec
    }

    private func version(_ reader: MappingReader) -> Placed<Buildspec.Version>? {
        guard let node = reader.required("version") else { return nil }
        if let text = node.scalarText, let version = Buildspec.Version(rawValue: text) {
            return Placed(version, at: node.pointer)
        }
        context.diagnostics.error(
            "unknown-value", "expected the version 0.2, or 0.1, found \(context.describe(node))", at: node.pointer)
        return nil
    }
}
