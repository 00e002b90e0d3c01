internal import Diagnostics
internal import YAML

/// What the readers of the parts of one buildspec share: where remarks go, and which keys were seen.
final class SpecContext {
    let diagnostics: DiagnosticCollector
    private(set) var keys: [BuildspecKey] = []

    init(diagnostics: DiagnosticCollector) { self.diagnostics = diagnostics }

    /// A reader of a mapping whose keys `BuildspecSupport` lists under a path. A key without a value counts as absent.
    ///
    /// CodeBuild takes no notice of keys that it doesn't know, so a file with one runs. One that is most likely a known key
    /// written wrong is an error all the same.
    func mapping(_ node: YAMLNode?, path: String, context: String) -> MappingReader? {
        guard let reader = MappingReader(node, context: context, nullIsAbsent: true, diagnostics: diagnostics) else { return nil }
        let known = BuildspecSupport.keys(under: path)
        let present = Set(reader.entries.map(\.name))
        let absent = known.filter { !present.contains($0) }
        for entry in reader.entries {
            if known.contains(entry.name) {
                keys.append(BuildspecKey(key: path.isEmpty ? entry.name : "\(path).\(entry.name)", range: entry.key.range))
            } else if let meant = absent.closestMatch(to: entry.name) {
                diagnostics.error(
                    "unknown-key", "unknown key \"\(entry.name)\" in \(context); did you mean \"\(meant)\"?", at: entry.key.range)
            } else {
                diagnostics.warning(
                    "unknown-key",
                    "unknown key \"\(entry.name)\" in \(context) has no effect; expected one of: \(known.joined(separator: ", "))",
                    at: entry.key.range)
            }
        }
        return reader
    }

    /// The entries of a mapping with names of the user's own choice.
    func entries(_ reader: MappingReader?, _ key: String, context: String) -> [YAMLEntry] {
        guard let node = reader?.value(key) else { return [] }
        guard let entries = node.entries else {
            diagnostics.reportKind(of: node, expected: "a mapping", context: context)
            return []
        }
        return entries.filter { entry in
            if entry.name.isEmpty { diagnostics.error("empty-name", "a name in \(context) is empty", at: entry.key.pointer) }
            return !entry.name.isEmpty
        }
    }

    // MARK: Values

    /// A scalar as it is written; empty text is reported.
    func text(_ reader: MappingReader?, _ key: String) -> Placed<String>? {
        guard let reader, let node = reader.value(key), let text = reader.text(key) else { return nil }
        guard !text.isEmpty else {
            diagnostics.error("empty-value", "\"\(key)\" of \(reader.context) must not be empty", at: node.pointer)
            return nil
        }
        return Placed(text, at: node.pointer)
    }

    /// `yes`, `no`, or a boolean.
    func flag(_ reader: MappingReader?, _ key: String) -> Placed<Bool>? {
        guard let reader, let node = reader.value(key) else { return nil }
        switch node.scalarText?.lowercased() {
        case "yes", "true", "on": return Placed(true, at: node.pointer)
        case "no", "false", "off": return Placed(false, at: node.pointer)
        default:
            diagnostics.error(
                "unexpected-kind", "expected yes or no for \"\(key)\" of \(reader.context), found \(describe(node))",
                at: node.pointer)
            return nil
        }
    }

    /// A sequence of texts; one text alone is taken for a sequence of it where CodeBuild does so.
    func list(_ reader: MappingReader?, _ key: String, takesOne: Bool = false) -> [Placed<String>] {
        guard let reader, let node = reader.value(key) else { return [] }
        if takesOne, let text = node.scalarText { return [Placed(text, at: node.pointer)] }
        guard let elements = node.elements else {
            diagnostics.reportKind(of: node, expected: "a sequence", context: "\"\(key)\" of \(reader.context)")
            return []
        }
        return elements.compactMap { element in
            if let text = element.scalarText, !text.isEmpty { return Placed(text, at: element.pointer) }
            diagnostics.error(
                "unexpected-kind", "expected a text in \"\(key)\" of \(reader.context), found \(describe(element))",
                at: element.pointer)
            return nil
        }
    }

    /// Names with texts.
    func variables(_ reader: MappingReader?, _ key: String, context: String) -> [BuildspecEnvironment.Variable] {
        entries(reader, key, context: context).compactMap { entry in
            guard let text = entry.value.isNull ? "" : entry.value.scalarText else {
                diagnostics.reportKind(of: entry.value, expected: "a text", context: "\"\(entry.name)\" of \(context)")
                return nil
            }
            return .init(
                name: Placed(entry.name, at: entry.key.range), value: Placed(text, at: entry.value.pointer))
        }
    }

    func describe(_ node: YAMLNode) -> String {
        if let text = node.scalarText { return text.isEmpty ? "an empty text" : "\"\(text)\"" }
        return node.kindName
    }
}
