internal import Diagnostics
internal import Workflows
internal import YAML

/// Reads the top level and the stages of a pipeline file.
struct PipelineSyntax {
    let path: String
    let diagnostics: DiagnosticCollector

    private static let keys = ["name", "on", "execution-mode", "variables", "stages"]
    static let stageLimit = 50

    /// Nil where the file is no mapping.
    func read(_ root: YAMLNode) -> Pipeline? {
        guard let reader = MappingReader(root, context: "a pipeline", keys: Self.keys, diagnostics: diagnostics) else {
            return nil
        }
        let name = reader.located("name")
        let variables = variables(in: reader)
        let triggers = TriggerSection.read(
            reader.required("on"), key: reader.key("on"), path: path, name: name, variables: variables, reportingTo: diagnostics)
        var pipeline = Pipeline(triggers: triggers)
        pipeline.variables = variables.map { .init(name: $0.name, defaultValue: $0.defaultValue.scalarText ?? "") }
        if reader.value("execution-mode") != nil {
            pipeline.executionMode = reader.choice("execution-mode", of: Pipeline.ExecutionMode.self) ?? .superseded
        }
        guard reader.required("stages") != nil, let stages = reader.elements("stages") else { return pipeline }
        if stages.isEmpty { reader.report("no-stages", "\"stages\" is empty; expected at least one stage", at: "stages") }
        if stages.count > Self.stageLimit {
            diagnostics.error(
                "too-many-stages", "\(stages.count) stages, at most \(Self.stageLimit) are allowed",
                at: stages[Self.stageLimit].pointer)
        }
        pipeline.stages = stages.compactMap(readStage)
        return pipeline
    }

    /// `NAME: default`, or `NAME: {default, description}`.
    private func variables(in reader: MappingReader) -> [TriggerSection.Variable] {
        guard let entries = reader.read("variables", "a mapping of names to defaults", \.entries) else { return [] }
        return entries.compactMap { entry in
            let name = Located(entry.name, range: entry.key.range)
            guard VariableReference.isName(entry.name) else {
                diagnostics.error(
                    "variable", "\"\(entry.name)\" is no name for a variable: use letters, digits, \"_\", \"-\" and \"@\"",
                    at: entry.key.range)
                return nil
            }
            if entry.value.entries == nil {
                guard entry.value.scalarText != nil else {
                    diagnostics.reportKind(of: entry.value, expected: "a default", context: "the variable \"\(entry.name)\"")
                    return nil
                }
                return TriggerSection.Variable(name: name, defaultValue: entry.value)
            }
            let inner = MappingReader(
                entry.value, context: "the variable \"\(entry.name)\"", keys: ["default", "description"],
                diagnostics: diagnostics)
            guard let node = inner?.required("default") else { return nil }
            guard node.scalarText != nil else {
                diagnostics.reportKind(of: node, expected: "a string", context: "\"default\"")
                return nil
            }
            return TriggerSection.Variable(name: name, description: inner?.text("description"), defaultValue: node)
        }
    }

    private func readStage(_ node: YAMLNode) -> Stage? {
        guard
            let reader = MappingReader(
                node, context: "a stage", keys: ["name", "actions", "on-failure"], diagnostics: diagnostics)
        else { return nil }
        guard reader.required("name") != nil, let name = reader.located("name") else { return nil }
        checkName(name, of: "stage")
        var stage = Stage(name: name)
        readFailure(of: &stage, in: reader)
        guard reader.required("actions") != nil, let actions = reader.elements("actions") else { return stage }
        if actions.isEmpty {
            reader.report("no-actions", "the stage \"\(name.value)\" has no action; expected at least one", at: "actions")
        }
        let syntax = ActionSyntax(diagnostics: diagnostics)
        stage.actions = actions.compactMap(syntax.read)
        for action in stage.actions { checkName(action.name, of: "action") }
        return stage
    }

    /// `on-failure: RETRY`, or `on-failure: {result: RETRY, retry-mode: …}`; the same with ROLLBACK.
    private func readFailure(of stage: inout Stage, in reader: MappingReader) {
        guard let node = reader.value("on-failure") else { return }
        var result = node.scalarText
        var place = node.pointer
        var mode = Stage.RetryMode.failedActions
        if node.entries != nil {
            let inner = reader.mapping(
                "on-failure", context: "\"on-failure\" of the stage \"\(stage.name.value)\"", keys: ["result", "retry-mode"])
            guard let value = inner?.required("result") else { return }
            result = value.scalarText
            place = value.pointer
            if inner?.value("retry-mode") != nil {
                mode = inner?.choice("retry-mode", of: Stage.RetryMode.self) ?? .failedActions
            }
        }
        switch result {
        case "RETRY": stage.retryMode = mode
        case "ROLLBACK": stage.rollsBack = true
        case "FAIL": break
        default:
            diagnostics.error(
                "unknown-value",
                "expected one of: RETRY, ROLLBACK, FAIL; found \(result.map { "\"\($0)\"" } ?? node.kindName)", at: place)
        }
    }

    /// CodePipeline's rule for the names of stages and actions.
    private func checkName(_ name: Located<String>, of kind: String) {
        let isSound =
            (1...100).contains(name.value.utf8.count)
            && name.value.utf8.allSatisfy {
                VariableReference.isName(String(decoding: [$0], as: UTF8.self)) || $0 == UInt8(ascii: ".")
            }
        guard !isSound else { return }
        diagnostics.error(
            "name",
            "\"\(name.value)\" is no name for a \(kind): use up to 100 letters, digits, \".\", \"@\", \"-\" and \"_\"",
            at: name.range)
    }
}

extension MappingReader {
    /// A text with its place.
    func located(_ key: String) -> Located<String>? {
        guard let node = value(key), let text = text(key) else { return nil }
        return Located(text, range: node.pointer)
    }

    func locatedList(_ key: String) -> [Located<String>] {
        (texts(key) ?? []).map { Located($0.text, range: $0.node.pointer) }
    }

    /// A text that may hold variables.
    func variableText(_ key: String) -> PipelineText? {
        guard let node = value(key), text(key) != nil else { return nil }
        return PipelineText(node, reportingTo: diagnostics)
    }

    /// A mapping of names to texts that may hold variables.
    func variableTexts(_ key: String) -> [(name: Located<String>, value: PipelineText)] {
        let entries = read(key, "a mapping of names to texts", \.entries) ?? []
        return entries.compactMap { entry in
            guard entry.value.scalarText != nil else {
                diagnostics.reportKind(of: entry.value, expected: "a string", context: "\"\(entry.name)\" of \"\(key)\"")
                return nil
            }
            return (Located(entry.name, range: entry.key.range), PipelineText(entry.value, reportingTo: diagnostics))
        }
    }
}
