internal import Diagnostics
internal import YAML

/// Reads one element of `steps`.
struct StepReader {
    let context: SyntaxContext

    private static let path = "jobs.<job_id>.steps"
    private static let sharedKeys = ["id", "name", "continue-on-error"]
    private static let workKeys = ["if", "timeout-minutes", "env", "background"]
    /// The key that makes a step what it is, and the keys that go with it.
    private static let kinds: [(key: String, others: [String])] = [
        ("run", workKeys + ["shell", "working-directory"]),
        ("uses", workKeys + ["with"]),
        ("wait", []),
        ("wait-all", []),
        ("cancel", []),
    ]

    func read(_ node: YAMLNode) -> WorkflowStep? {
        var allKeys = Self.sharedKeys
        for kind in Self.kinds { allKeys += ([kind.key] + kind.others).filter { !allKeys.contains($0) } }
        guard let reader = context.mapping(node, path: Self.path, context: "a step", keys: allKeys) else { return nil }
        var step = WorkflowStep(range: node.range)
        step.id = context.plain(reader.value("id"), key: "\(Self.path).id")
        step.name = context.text(reader.value("name"), at: .stepName)
        step.condition = context.condition(reader.value("if"), at: .stepCondition)
        step.continueOnError = context.boolean(reader.value("continue-on-error"), at: .stepContinueOnError)
        step.timeoutMinutes = context.number(reader.value("timeout-minutes"), at: .stepTimeout)
        step.environment = context.variables(reader.value("env"), at: .stepEnvironment, context: "\"env\"")
        _ = reader.boolean("background")
        guard let kind = Self.kinds.first(where: { node[$0.key] != nil }) else {
            context.diagnostics.error(
                "step-without-work", "a step needs \"run\" or \"uses\", this one has neither", at: reader.place)
            return step
        }
        reportMisplaced(in: reader, besides: Self.sharedKeys + [kind.key] + kind.others, kind: kind.key)
        step.work = work(kind.key, reader) ?? .missing
        return step
    }

    private func reportMisplaced(in reader: MappingReader, besides allowed: [String], kind: String) {
        let known = Set(Self.kinds.flatMap { [$0.key] + $0.others })
        for entry in reader.entries where known.contains(entry.name) && !allowed.contains(entry.name) {
            context.diagnostics.error(
                "misplaced-key", "\"\(entry.name)\" is not allowed in a step with \"\(kind)\"", at: entry.key.range)
        }
    }

    private func work(_ kind: String, _ reader: MappingReader) -> WorkflowStep.Work? {
        switch kind {
        case "run":
            guard let text = context.text(reader.value("run"), at: .stepScript) else { return nil }
            let shell = context.text(reader.value("shell"), at: .literal("\(Self.path).shell"), isEmptyAllowed: false)
            let folder = context.text(reader.value("working-directory"), at: .stepWorkingDirectory)
            return .script(WorkflowScript(text: text, shell: shell, workingDirectory: folder))
        case "uses":
            guard let reference = context.plain(reader.value("uses"), key: "\(Self.path).uses") else { return nil }
            let inputs = context.variables(reader.value("with"), at: .stepInput, context: "\"with\"")
            return .action(WorkflowAction(reference: reference, inputs: inputs))
        case "wait":
            let targets = context.plainList(reader.node["wait"] ?? reader.node, key: "\(Self.path).wait")
            return targets.first.map { .control(Located(kind, range: $0.range)) }
        case "cancel":
            return context.plain(reader.value("cancel"), key: "\(Self.path).cancel")
                .map { .control(Located(kind, range: $0.range)) }
        default:
            if let value = reader.value(kind), !value.isNull { _ = reader.boolean(kind) }
            return .control(Located(kind, range: reader.place))
        }
    }
}
