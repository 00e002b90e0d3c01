internal import Diagnostics
internal import YAML

/// Reads `phases`.
struct PhaseReader {
    let context: SpecContext

    /// In the order in which they run.
    func read(_ root: MappingReader) -> [BuildspecPhase] {
        guard let node = root.value("phases") else { return [] }
        guard let entries = node.entries else {
            context.diagnostics.reportKind(of: node, expected: "a mapping", context: "\"phases\"")
            return []
        }
        let phases = entries.compactMap(phase)
        return BuildspecPhase.Name.allCases.compactMap { name in phases.first { $0.name == name } }
    }

    private func phase(_ entry: YAMLEntry) -> BuildspecPhase? {
        guard let name = BuildspecPhase.Name(rawValue: entry.name) else {
            let names = BuildspecPhase.Name.allCases.map(\.rawValue)
            let meant = names.closestMatch(to: entry.name).map { "; did you mean \"\($0)\"?" } ?? ""
            context.diagnostics.error(
                "unknown-phase",
                "\"\(entry.name)\" is no phase of a build\(meant.isEmpty ? "; expected one of: \(names.joined(separator: ", "))" : meant)",
                at: entry.key.range)
            return nil
        }
        var phase = BuildspecPhase(name: name, range: entry.key.range)
        let path = name == .install ? "phases.install" : "phases.*"
        guard let reader = context.mapping(entry.value, path: path, context: "the phase \"\(name.rawValue)\"") else {
            return phase
        }
        phase.runAs = context.text(reader, "run-as")
        phase.onFailure = failureAction(reader)
        phase.commands = commands(reader, "commands")
        phase.finally = commands(reader, "finally")
        if name == .install {
            phase.runtimeVersions = context.variables(reader, "runtime-versions", context: "\"runtime-versions\"")
            if phase.runtimeVersions.isEmpty, let node = reader.value("runtime-versions"), node.entries != nil {
                context.diagnostics.error(
                    "empty-value", "\"runtime-versions\" names no runtime; expected at least one", at: node.pointer)
            }
        }
        if phase.commands.isEmpty, phase.finally.isEmpty, phase.runtimeVersions.isEmpty, reader.value("commands") == nil,
            reader.value("steps") == nil
        {
            context.diagnostics.warning(
                "no-commands", "the phase \"\(name.rawValue)\" has no commands; nothing runs in it", at: entry.key.range)
        }
        return phase
    }

    private func failureAction(_ reader: MappingReader) -> Placed<FailureAction>? {
        guard let text = context.text(reader, "on-failure") else { return nil }
        do { return Placed(try FailureAction(text.value), at: text.range) } catch {
            let place = error.offset.flatMap { offset in
                reader.value("on-failure")?.range(ofScalarOffsets: offset..<min(offset + 1, text.value.unicodeScalars.count))
            }
            context.diagnostics.error("unknown-value", error.message, at: place ?? text.range)
            return nil
        }
    }

    /// A sequence of commands, as they stand: numbers and booleans are texts.
    private func commands(_ reader: MappingReader, _ key: String) -> [Placed<String>] {
        guard let node = reader.value(key) else { return [] }
        guard let elements = node.elements else {
            let advice = node.scalarText == nil ? "" : "; begin the command with \"- \""
            context.diagnostics.error(
                "unexpected-kind", "expected a sequence for \"\(key)\" of \(reader.context), found \(node.kindName)\(advice)",
                at: node.pointer)
            return []
        }
        return elements.compactMap(command)
    }

    private func command(_ element: YAMLNode) -> Placed<String>? {
        if let text = element.scalarText { return Placed(text, at: element.pointer) }
        if let key = element.entries?.first?.name {
            context.diagnostics.error(
                "unexpected-kind",
                "this command is read as a mapping with the key \"\(key)\": a colon before a blank makes a key; put the whole command"
                    + " in quotes, or begin it with \"|\" on a line of its own", at: element.pointer)
        } else if element.isNull {
            context.diagnostics.warning("empty-command", "this command is empty", at: element.pointer)
        } else {
            context.diagnostics.reportKind(of: element, expected: "a text", context: "a command")
        }
        return element.isNull ? Placed("", at: element.pointer) : nil
    }
}
