internal import Diagnostics
internal import Expressions
internal import YAML

/// Reads `on`: one event, a sequence of events, or a mapping of events to what limits them.
struct TriggerReader {
    let context: SyntaxContext

    func read(_ node: YAMLNode, keyRange: SourceRange, into workflow: inout Workflow) {
        let before = context.diagnostics.diagnostics.count
        workflow.triggers = read(node, keyRange: keyRange)
        workflow.hasBrokenTriggers = context.diagnostics.diagnostics.dropFirst(before).contains { $0.severity == .error }
    }

    private func read(_ node: YAMLNode, keyRange: SourceRange) -> [WorkflowTrigger] {
        var triggers: [WorkflowTrigger] = []
        if let entries = node.entries {
            triggers = entries.compactMap(readEntry)
        } else if node.scalar != nil || node.elements != nil {
            triggers = context.plainList(node, key: "on").compactMap { name in
                event(name).map { event in
                    context.note(key: "on.\(event.name)", at: name.range)
                    return WorkflowTrigger(event: name)
                }
            }
        }
        if triggers.isEmpty, !context.diagnostics.containsError {
            context.diagnostics.error("no-events", "\"on\" names no event", at: keyRange)
        }
        return triggers
    }

    private func event(_ name: Located<String>) -> EventCatalog? {
        if let event = EventCatalog.named(name.value) { return event }
        let advice = EventCatalog.names.closestMatch(to: name.value).map { "; did you mean \"\($0)\"?" } ?? ""
        context.diagnostics.error("unknown-event", "no event is called \"\(name.value)\"\(advice)", at: name.range)
        return nil
    }

    private func readEntry(_ entry: YAMLEntry) -> WorkflowTrigger? {
        let name = Located(entry.name, range: entry.key.range)
        guard let event = event(name) else { return nil }
        context.note(key: "on.\(event.name)", at: name.range)
        var trigger = WorkflowTrigger(event: name)
        if event.name == "schedule" {
            trigger.schedules = readSchedules(entry.value)
            return trigger
        }
        guard !entry.value.isNull else { return trigger }
        let path = "on.\(event.name)"
        let label = "the event \"\(event.name)\""
        // A misspelled filter would start runs that nobody wants; a dispatch has none, and GitHub takes whatever stands there.
        let keys = event.name == "workflow_dispatch" ? keysOfDispatch(entry.value, event, label) : event.allKeys
        guard let reader = context.mapping(entry.value, path: path, context: label, keys: keys) else { return trigger }
        if let types = reader.value("types") { trigger.types = context.plainList(types, key: "\(path).types") }
        readFilters(reader, event: event, into: &trigger)
        if let names = reader.value("workflows") {
            trigger.workflows = context.plainList(names, key: "\(path).workflows")
        }
        readDeclarations(reader, event: event, into: &trigger)
        return trigger
    }

    /// The event's keys, and those that have no effect.
    private func keysOfDispatch(_ node: YAMLNode, _ event: EventCatalog, _ label: String) -> [String] {
        let others = (node.entries ?? []).filter { !event.allKeys.contains($0.name) }
        for entry in others {
            let meant = event.allKeys.closestMatch(to: entry.name).map { "; did you mean \"\($0)\"?" } ?? ""
            context.diagnostics.warning(
                "unknown-key", "the key \"\(entry.name)\" in \(label) has no effect\(meant)", at: entry.key.range)
        }
        return event.allKeys + others.map(\.name)
    }

    // MARK: Filters

    private func readFilters(_ reader: MappingReader, event: EventCatalog, into trigger: inout WorkflowTrigger) {
        func filter(_ key: String, _ kind: FilterPattern.Kind) -> WorkflowFilter? {
            guard let node = reader.value(key), let keyNode = reader.key(key) else { return nil }
            let nodes = node.elements ?? [node]
            var kept: [YAMLNode] = []
            var patterns: [FilterPattern] = []
            for node in nodes {
                guard let text = context.plain(node, key: "on.\(event.name).\(key)", isEmptyAllowed: true) else { continue }
                kept.append(node)
                patterns.append(FilterPattern(text.value, kind: kind))
            }
            return WorkflowFilter(key: Located(key, range: keyNode.range), list: FilterList(patterns), nodes: kept)
        }
        trigger.branches = filter("branches", .ref)
        trigger.branchesIgnore = filter("branches-ignore", .ref)
        trigger.tags = filter("tags", .ref)
        trigger.tagsIgnore = filter("tags-ignore", .ref)
        trigger.paths = filter("paths", .path)
        trigger.pathsIgnore = filter("paths-ignore", .path)
    }

    private func readSchedules(_ node: YAMLNode) -> [WorkflowSchedule] {
        guard let elements = node.elements else {
            context.diagnostics.reportKind(of: node, expected: "a sequence of schedules", context: "\"on.schedule\"")
            return []
        }
        return elements.compactMap { element in
            let reader = context.mapping(element, path: "on.schedule", context: "a schedule", keys: ["cron", "timezone"])
            guard let reader, let node = reader.required("cron") else { return nil }
            guard let cron = context.plain(node, key: "on.schedule.cron") else { return nil }
            let zone = context.plain(reader.value("timezone"), key: "on.schedule.timezone")
            return WorkflowSchedule(cron: cron, timeZone: zone)
        }
    }

    // MARK: Inputs, secrets and outputs

    private func readDeclarations(_ reader: MappingReader, event: EventCatalog, into trigger: inout WorkflowTrigger) {
        let isCall = event.name == "workflow_call"
        if let inputs = reader.value("inputs") {
            trigger.inputs = context.entries(inputs, context: "the inputs of \"\(event.name)\"")
                .compactMap { readInput($0, isCall: isCall) }
        }
        guard isCall else { return }
        trigger.secrets = context.entries(reader.value("secrets"), context: "the secrets of \"workflow_call\"")
            .map(readSecret)
        for entry in context.entries(reader.value("outputs"), context: "the outputs of \"workflow_call\"") {
            let output = context.mapping(
                entry.value, path: "on.workflow_call.outputs.<output_id>", context: "the output \"\(entry.name)\"",
                keys: ["description", "value"])
            _ = context.plain(output?.value("description"), key: "description", isEmptyAllowed: true)
            guard let node = output?.required("value"), let value = context.text(node, at: .callOutput) else { continue }
            trigger.outputs.append(WorkflowVariable(name: Located(entry.name, range: entry.key.range), value: value))
        }
    }

    private func readInput(_ entry: YAMLEntry, isCall: Bool) -> WorkflowInput? {
        let path = isCall ? "on.workflow_call.inputs.<input_id>" : "on.workflow_dispatch.inputs.<input_id>"
        var input = WorkflowInput(name: Located(entry.name, range: entry.key.range))
        let label = "the input \"\(entry.name)\""
        let keys = ["description", "type", "required", "default"] + (isCall ? [] : ["options"])
        // An input of a dispatch may say nothing at all.
        if entry.value.isNull, !isCall { return input }
        guard let reader = context.mapping(entry.value, path: path, context: label, keys: keys) else { return nil }
        input.description = context.plain(reader.value("description"), key: "description", isEmptyAllowed: true)?.value
        let kinds = WorkflowInput.Kind.allCases.filter { !isCall || ![.choice, .environment].contains($0) }
        if isCall ? reader.required("type") != nil : reader.value("type") != nil {
            input.kind = reader.choice("type", among: kinds.map(\.rawValue)).flatMap(WorkflowInput.Kind.init) ?? .string
        }
        input.isRequired = reader.boolean("required") ?? false
        let place = isCall ? ExpressionPlace.callInputDefault : .literal("on.workflow_dispatch.inputs.<input_id>.default")
        input.defaultText = context.text(reader.value("default"), at: place)
        input.options =
            reader.elements("options")?
            .compactMap { context.plain($0, key: "\(path).options", isEmptyAllowed: true) } ?? []
        return input
    }

    private func readSecret(_ entry: YAMLEntry) -> WorkflowSecret {
        let name = Located(entry.name, range: entry.key.range)
        guard !entry.value.isNull else { return WorkflowSecret(name: name, isRequired: false) }
        let reader = context.mapping(
            entry.value, path: "on.workflow_call.secrets.<secret_id>", context: "the secret \"\(entry.name)\"",
            keys: ["description", "required"])
        _ = context.plain(reader?.value("description"), key: "description", isEmptyAllowed: true)
        return WorkflowSecret(name: name, isRequired: reader?.boolean("required") ?? false)
    }
}
