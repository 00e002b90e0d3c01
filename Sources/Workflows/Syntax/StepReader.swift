internal import Diagnostics
internal import YAML

/// Reads one element of `steps`.
struct StepReader {
    let context: SyntaxContext
    let places: StepPlaces

    /// The key that makes a step what it is, and the keys that go with it.
    private struct Kind {
        let key: String
        let others: [String]
    }

    private let kinds: [Kind]
    private let allKeys: [String]

    init(context: SyntaxContext, places: StepPlaces = .job) {
        self.context = context
        self.places = places
        let shared = ["id", "name"]
        let work =
            shared + ["if", "continue-on-error", "env"] + (places.hasTimeout ? ["timeout-minutes"] : [])
            + (places.hasBackground ? ["background"] : [])
        let control = shared + ["continue-on-error"]
        kinds =
            [Kind(key: "run", others: work + ["shell", "working-directory"]), Kind(key: "uses", others: work + ["with"])]
            + (places.hasBackground
                ? [
                    Kind(key: "wait", others: control), Kind(key: "wait-all", others: control),
                    Kind(key: "cancel", others: control), Kind(key: "parallel", others: ["name"]),
                ] : [])
        var keys: [String] = []
        for kind in kinds { keys += (kind.others + [kind.key]).filter { !keys.contains($0) } }
        allKeys = keys
    }

    func read(_ node: YAMLNode) -> WorkflowStep? {
        guard let reader = context.mapping(node, path: places.path, context: "a step", keys: allKeys) else { return nil }
        var step = WorkflowStep(range: node.range)
        step.id = context.plain(reader.value("id"), key: "\(places.path).id")
        step.name = context.text(reader.value("name"), at: places.name)
        step.condition = context.condition(reader.value("if"), at: places.condition)
        step.continueOnError = context.boolean(reader.value("continue-on-error"), at: places.continueOnError)
        step.timeoutMinutes = context.number(reader.value("timeout-minutes"), at: places.timeout)
        step.environment = context.variables(reader.value("env"), at: places.environment, context: "\"env\"")
        step.isBackground = reader.boolean("background") ?? false
        guard let kind = kinds.first(where: { node[$0.key] != nil }) else {
            let keys = kinds.map { "\"\($0.key)\"" }.joined(separator: ", ")
            context.diagnostics.error("step-without-work", "a step needs one of \(keys), this one has none", at: reader.place)
            return step
        }
        reportMisplaced(in: reader, kind: kind)
        step.work = work(kind.key, reader) ?? .missing
        return step
    }

    private func reportMisplaced(in reader: MappingReader, kind: Kind) {
        for entry in reader.entries where allKeys.contains(entry.name) {
            guard entry.name != kind.key, !kind.others.contains(entry.name) else { continue }
            context.diagnostics.error(
                "misplaced-key", "\"\(entry.name)\" is not allowed in a step with \"\(kind.key)\"", at: entry.key.range)
        }
    }

    // MARK: What a step does

    private func work(_ kind: String, _ reader: MappingReader) -> WorkflowStep.Work? {
        switch kind {
        case "run": return script(reader)
        case "uses":
            guard let reference = context.plain(reader.value("uses"), key: "\(places.path).uses") else { return nil }
            let inputs = context.variables(reader.value("with"), at: places.input, context: "\"with\"")
            return .action(WorkflowAction(reference: reference, inputs: inputs))
        case "wait": return wait(reader)
        case "wait-all":
            if let value = reader.value(kind), !value.isNull, reader.boolean(kind) == false {
                reader.report("unexpected-kind", "\"wait-all\" takes no value; leave it empty", at: kind)
            }
            return .waitAll
        case "cancel": return context.plain(reader.value("cancel"), key: "\(places.path).cancel").map { .cancel($0) }
        default: return group(reader)
        }
    }

    private func script(_ reader: MappingReader) -> WorkflowStep.Work? {
        if places.requiresShell, reader.value("shell") == nil {
            context.diagnostics.error(
                "missing-key", "a step of an action needs \"shell\" beside \"run\"",
                at: reader.key("run")?.range ?? reader.place)
        }
        let shell = context.text(reader.value("shell"), at: places.shell, isEmptyAllowed: false)
        let folder = context.text(reader.value("working-directory"), at: places.workingDirectory)
        guard let text = context.text(reader.value("run"), at: places.script) else { return nil }
        return .script(WorkflowScript(text: text, shell: shell, workingDirectory: folder))
    }

    private func wait(_ reader: MappingReader) -> WorkflowStep.Work? {
        let targets = context.plainList(reader.value("wait"), key: "\(places.path).wait")
        if targets.isEmpty, reader.value("wait")?.elements?.isEmpty == true {
            reader.report("empty-value", "\"wait\" names no step; for all of them there is \"wait-all\"", at: "wait")
        }
        return targets.isEmpty ? nil : .wait(targets)
    }

    /// `parallel`: its steps are scripts and actions, and in the background as they are.
    private func group(_ reader: MappingReader) -> WorkflowStep.Work? {
        guard let elements = reader.elements("parallel") else { return nil }
        if elements.isEmpty { reader.report("no-steps", "\"parallel\" has no steps", at: "parallel") }
        let steps = elements.compactMap { node -> WorkflowStep? in
            guard let step = read(node) else { return nil }
            for key in ["background", "wait", "wait-all", "cancel", "parallel"] {
                guard let entry = node.entries?.first(where: { $0.name == key }) else { continue }
                context.diagnostics.error(
                    "misplaced-key", "\"\(key)\" is not allowed inside \"parallel\": its steps have \"run\" or \"uses\"",
                    at: entry.key.range)
            }
            return step
        }
        return .parallel(steps)
    }
}
