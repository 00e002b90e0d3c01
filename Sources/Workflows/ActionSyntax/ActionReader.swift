internal import Diagnostics
internal import Expressions
internal import Plan
internal import YAML

/// Reads an action's metadata, `action.yml` or `action.yaml`: what it does, and every mistake in it at once.
///
/// What GitHub's runner refuses is an error; what only its manual asks for is a warning, since such actions run there. See
/// "Metadata syntax reference" in GitHub's manual.
public enum ActionReader {
    /// The names that a metadata file may have, in the order in which they are looked for.
    public static let fileNames = ["action.yml", "action.yaml"]

    private static let diagnosticLimit = 1_000

    /// - Parameters:
    ///   - text: the file's content.
    ///   - path: the file from the root of its repository; the files that the action names are held against it: none may be
    ///     outside of the repository.
    ///   - file: the file's name in the diagnostics; nil: the path.
    public static func read(text: String, path: String, file: String? = nil) -> ActionDocument {
        let file = file ?? path
        let document = YAMLDocument.parse(text, file: file)
        let diagnostics = DiagnosticCollector(file: file, limit: diagnosticLimit)
        diagnostics.append(contentsOf: document.diagnostics)
        guard let root = document.root else {
            if !diagnostics.containsError {
                diagnostics.error(
                    "empty-file", "the file is empty; expected an action's metadata", at: SourceRange(line: 1, column: 1))
            }
            return ActionDocument(path: file, plan: nil, diagnostics: diagnostics.diagnostics.inFileOrder)
        }
        let context = SyntaxContext(diagnostics: diagnostics)
        let plan = ActionRootReader(context: context, path: path).read(root)
        let found = diagnostics.diagnostics.inFileOrder
        return ActionDocument(path: file, plan: found.containsError ? nil : plan, diagnostics: found)
    }
}

/// Reads the top level of an action's metadata.
struct ActionRootReader {
    let context: SyntaxContext
    let path: String

    private static let keys = ["name", "author", "description", "inputs", "outputs", "runs", "branding"]
    private static let colors = ["white", "black", "yellow", "blue", "green", "orange", "red", "purple", "gray-dark"]

    func read(_ root: YAMLNode) -> ActionPlan? {
        // Keys of one's own are taken at the top, as on GitHub; a misspelled one is worth a word.
        guard let reader = MappingReader(root, context: "an action", diagnostics: context.diagnostics) else { return nil }
        warnOfUnknownKeys(in: reader, besides: Self.keys)
        let name = context.plain(reader.value("name"), key: "name", isEmptyAllowed: true)
        let description = context.plain(reader.value("description"), key: "description", isEmptyAllowed: true)
        _ = context.plain(reader.value("author"), key: "author", isEmptyAllowed: true)
        for (key, value) in [("name", name), ("description", description)] where value == nil && reader.value(key) == nil {
            context.diagnostics.warning(
                "action-metadata", "an action has a \"\(key)\", as GitHub's manual says", at: reader.place)
        }
        readBranding(reader.value("branding"))
        let inputs = context.entries(reader.value("inputs"), context: "\"inputs\"").compactMap(readInput)
        let runs = reader.required("runs")
        context.job = Self.owner
        let body = runs.flatMap { ActionBodyReader(context: context, path: path).read($0) }
        context.job = nil
        let outputs = readOutputs(reader.value("outputs"), isComposite: body?.isComposite ?? false)
        check(inputs: inputs, steps: body?.steps ?? [])
        guard let work = body?.plan else { return nil }
        return ActionPlan(
            name: name?.value ?? path, path: path, inputs: inputs.map(\.plan), outputs: outputs.map(\.template), work: work)
    }

    /// Stands for the action where a job's id stands in a workflow.
    private static let owner = "runs"

    private func warnOfUnknownKeys(in reader: MappingReader, besides keys: [String]) {
        for entry in reader.entries where !keys.contains(entry.name) {
            let advice = keys.closestMatch(to: entry.name).map { "; did you mean \"\($0)\"?" } ?? ""
            context.diagnostics.warning(
                "unknown-key", "the key \"\(entry.name)\" in \(reader.context) has no effect\(advice)", at: entry.key.range)
        }
    }

    // MARK: Inputs, outputs, branding

    /// An input with its place.
    private struct Input {
        let plan: ActionPlan.Input
        let range: SourceRange
    }

    private func readInput(_ entry: YAMLEntry) -> Input? {
        var plan = ActionPlan.Input(name: entry.name)
        guard !entry.value.isNull else { return Input(plan: plan, range: entry.key.range) }
        let label = "the input \"\(entry.name)\""
        guard let reader = MappingReader(entry.value, context: label, diagnostics: context.diagnostics) else { return nil }
        warnOfUnknownKeys(in: reader, besides: ["description", "required", "default", "deprecationMessage"])
        _ = context.plain(reader.value("description"), key: "inputs.<input_id>.description", isEmptyAllowed: true)
        if let required = reader.value("required") {
            plan.isRequired = required.boolean ?? (required.scalarText?.lowercased() == "true")
            if required.boolean == nil {
                context.diagnostics.warning(
                    "action-metadata", "\"required\" of \(label) is true or false, found \(required.kindName)",
                    at: required.pointer)
            }
        }
        plan.defaultValue = context.text(reader.value("default"), at: .actionInputDefault)?.template
        plan.deprecationMessage =
            context.plain(reader.value("deprecationMessage"), key: "inputs.<input_id>.deprecationMessage", isEmptyAllowed: true)?
            .value
        return Input(plan: plan, range: entry.key.range)
    }

    private func readOutputs(_ node: YAMLNode?, isComposite: Bool) -> [WorkflowVariable] {
        var outputs: [WorkflowVariable] = []
        for entry in context.entries(node, context: "\"outputs\"") where !entry.value.isNull {
            let label = "the output \"\(entry.name)\""
            let keys = ["description", "value"]
            guard let reader = context.mapping(entry.value, path: "outputs.<output_id>", context: label, keys: keys) else {
                continue
            }
            _ = context.plain(reader.value("description"), key: "outputs.<output_id>.description", isEmptyAllowed: true)
            context.job = Self.owner
            let value = context.text(reader.value("value"), at: .actionOutput)
            context.job = nil
            switch (value, isComposite) {
            case (let value?, true):
                outputs.append(WorkflowVariable(name: Located(entry.name, range: entry.key.range), value: value))
            case (nil, true):
                context.diagnostics.warning(
                    "action-metadata", "\(label) of a composite action needs a \"value\"; it is empty", at: entry.key.range)
            case (let value?, false):
                context.diagnostics.warning(
                    "action-metadata", "\"value\" of \(label) has no effect: only a composite action has it", at: value.range)
            case (nil, false): continue
            }
        }
        return outputs
    }

    private func readBranding(_ node: YAMLNode?) {
        guard let node, !node.isNull else { return }
        guard let reader = MappingReader(node, context: "\"branding\"", diagnostics: context.diagnostics) else { return }
        warnOfUnknownKeys(in: reader, besides: ["icon", "color"])
        _ = context.plain(reader.value("icon"), key: "branding.icon")
        guard let color = context.plain(reader.value("color"), key: "branding.color") else { return }
        if !Self.colors.contains(color.value) {
            context.diagnostics.warning(
                "action-metadata",
                "no badge has the color \"\(color.value)\"; expected one of: \(Self.colors.joined(separator: ", "))",
                at: color.range)
        }
    }

    // MARK: Checks

    /// What is checked in the steps of a job is checked in those of an action: they are seen as a job of one.
    private func check(inputs: [Input], steps: [WorkflowStep]) {
        var job = WorkflowJob(
            id: Located(Self.owner, range: SourceRange(line: 1, column: 1)), range: SourceRange(line: 1, column: 1))
        job.isAction = true
        job.steps = steps
        var call = WorkflowTrigger(event: job.id)
        call.inputs = inputs.map { WorkflowInput(name: Located($0.plan.name, range: $0.range)) }
        var workflow = Workflow(path: path)
        workflow.jobs = [job]
        workflow.triggers = [call]
        workflow.texts = context.texts
        workflow.conditions = context.conditions
        workflow.expressions = context.expressions
        for part in context.unsupported { context.diagnostics.error("unsupported", part.message, at: part.range) }
        for check in WorkflowChecks.ofActions { check.check(workflow, reportingTo: context.diagnostics) }
    }
}
