internal import Diagnostics
internal import Workflows
internal import YAML

/// Reads the actions of a stage.
struct ActionSyntax {
    let diagnostics: DiagnosticCollector

    /// The kinds of actions, with the keys that each has beside those of all.
    private static let kinds: [(type: String, keys: [String])] = [
        ("build", buildKeys), ("test", buildKeys),
        (
            "commands",
            [
                "commands", "image", "environment", "output-variables", "files", "runs-on", "timeout-in-minutes",
                "input-artifacts", "output-artifacts", "deployment-environment",
            ]
        ),
        ("workflow", ["workflow", "with"]),
        ("approval", ["message", "link", "approvers", "timeout-in-minutes"]),
        (
            "deploy-ecs",
            ["cluster", "service", "file-name", "region", "deployment-timeout", "input-artifacts", "deployment-environment"]
        ),
    ]
    private static let buildKeys = [
        "buildspec", "image", "environment", "runs-on", "timeout-in-minutes", "input-artifacts", "output-artifacts",
        "deployment-environment",
    ]
    private static let commonKeys = ["name", "type", "run-order", "namespace"]

    /// Minutes for a person's word: CodePipeline's bounds.
    private static let approvalTimeouts = 5...86_400
    private static let buildTimeouts = 5...2_160
    private static let deployTimeouts = 1...60

    func read(_ node: YAMLNode) -> StageAction? {
        guard let reader = MappingReader(node, context: "an action", diagnostics: diagnostics) else { return nil }
        let isNamed = reader.required("name") != nil
        guard reader.required("type") != nil, let type = type(in: reader) else { return nil }
        let kind = Self.kinds.first { $0.type == type }
        reader.rejectUnknownKeys(besides: Self.commonKeys + (kind?.keys ?? []))
        guard isNamed, let name = reader.located("name"), let work = work(type, reader) else { return nil }
        var action = StageAction(name: name, work: work)
        if reader.value("run-order") != nil { action.runOrder = reader.integer("run-order", in: 1...999) ?? 1 }
        action.namespace = namespace(in: reader)
        action.inputs = reader.locatedList("input-artifacts")
        action.outputs = reader.locatedList("output-artifacts")
        action.deploymentEnvironment = reader.variableText("deployment-environment")
        return action
    }

    private func type(in reader: MappingReader) -> String? {
        if let word = reader.value("type")?.scalarText, word.lowercased() == "source" {
            reader.report(
                "source-action",
                "the source is the commit that started the pipeline: leave the action out, and limit it by \"on\"; its variables are "
                    + "#{SourceVariables.…}, its artifact is SourceArtifact", at: "type")
            return nil
        }
        return reader.choice("type", among: Self.kinds.map(\.type))
    }

    private func namespace(in reader: MappingReader) -> Located<String>? {
        guard let namespace = reader.located("namespace") else { return nil }
        guard VariableReference.isName(namespace.value), !VariableScope.reserved.contains(namespace.value) else {
            reader.report(
                "namespace",
                "\"\(namespace.value)\" is no name for a namespace: use letters, digits, \"_\", \"-\" and \"@\", and none of "
                    + VariableScope.reserved.sorted().joined(separator: ", "), at: "namespace")
            return nil
        }
        return namespace
    }

    private func work(_ type: String, _ reader: MappingReader) -> StageAction.Work? {
        switch type {
        case "build", "test": .build(build(reader))
        case "commands": commands(reader).map(StageAction.Work.commands)
        case "workflow": workflow(reader).map(StageAction.Work.workflow)
        case "approval": .approval(approval(reader))
        default: deploy(reader).map(StageAction.Work.deployToECS)
        }
    }

    private func build(_ reader: MappingReader) -> BuildAction {
        let file = reader.located("buildspec") ?? Located("buildspec.yml", range: reader.key("type")?.range ?? reader.place)
        return BuildAction(
            buildspec: file, image: reader.variableText("image"), environment: reader.variableTexts("environment"),
            runsOn: reader.locatedList("runs-on"), timeoutMinutes: timeout(reader, within: Self.buildTimeouts))
    }

    private func commands(_ reader: MappingReader) -> CommandsAction? {
        guard reader.required("commands") != nil, let lines = reader.texts("commands") else { return nil }
        if lines.isEmpty { reader.report("no-commands", "\"commands\" is empty; expected at least one", at: "commands") }
        return CommandsAction(
            commands: lines.map { PipelineText($0.node, reportingTo: diagnostics) }, image: reader.variableText("image"),
            environment: reader.variableTexts("environment"), outputVariables: reader.locatedList("output-variables"),
            files: reader.locatedList("files"), runsOn: reader.locatedList("runs-on"),
            timeoutMinutes: timeout(reader, within: Self.buildTimeouts))
    }

    private func workflow(_ reader: MappingReader) -> WorkflowAction? {
        guard reader.required("workflow") != nil, let file = reader.located("workflow") else { return nil }
        return WorkflowAction(file: file, inputs: reader.variableTexts("with"))
    }

    private func approval(_ reader: MappingReader) -> ApprovalAction {
        ApprovalAction(
            message: reader.variableText("message"), link: reader.variableText("link"),
            approvers: reader.locatedList("approvers"), timeoutMinutes: timeout(reader, within: Self.approvalTimeouts))
    }

    private func deploy(_ reader: MappingReader) -> ECSDeployAction? {
        let (hasCluster, hasService) = (reader.required("cluster") != nil, reader.required("service") != nil)
        guard hasCluster, hasService, let cluster = reader.variableText("cluster"),
            let service = reader.variableText("service")
        else { return nil }
        var minutes: Int?
        if reader.value("deployment-timeout") != nil {
            minutes = reader.integer("deployment-timeout", in: Self.deployTimeouts)
        }
        return ECSDeployAction(
            cluster: cluster, service: service, fileName: reader.variableText("file-name"),
            region: reader.variableText("region"), timeoutMinutes: minutes)
    }

    private func timeout(_ reader: MappingReader, within range: ClosedRange<Int>) -> Int? {
        reader.value("timeout-in-minutes") == nil ? nil : reader.integer("timeout-in-minutes", in: range)
    }
}
