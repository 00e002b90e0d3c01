public import Diagnostics

/// Reads a mapping strictly: every key is known, every value is of the kind that is expected, and what is not is
/// reported with its place. A value that is reported is read as if it were not there.
///
/// ```swift
/// let job = MappingReader(node, context: "job", keys: ["name", "steps"], diagnostics: diagnostics)
/// let name = job?.text("name")
/// let steps = job?.elements("steps")
/// ```
public struct MappingReader {
    public let node: YAMLNode
    /// What the mapping is, for messages: `unknown key "stepz" in job`.
    public let context: String
    public let diagnostics: DiagnosticCollector
    /// Whether a key without a value (`env:` and nothing after it) counts as absent; otherwise it is reported.
    public let nullIsAbsent: Bool

    /// A reader of the mapping; nil where there is no node, and where it is no mapping, which is reported.
    ///
    /// - Parameter keys: the keys that are allowed; others are reported at once. Nil allows every key.
    public init?(
        _ node: YAMLNode?, context: String, keys: [String]? = nil, nullIsAbsent: Bool = false,
        diagnostics: DiagnosticCollector
    ) {
        guard let node, !(nullIsAbsent && node.isNull) else { return nil }
        guard node.entries != nil else {
            diagnostics.reportKind(of: node, expected: "a mapping", context: context)
            return nil
        }
        self.node = node
        self.context = context
        self.diagnostics = diagnostics
        self.nullIsAbsent = nullIsAbsent
        if let keys { rejectUnknownKeys(besides: keys) }
    }

    /// The entries in the order of the file.
    public var entries: [YAMLEntry] { node.entries ?? [] }

    /// Reports each key that is not among `keys`, with the one that was likely meant. Rule `unknown-key`.
    public func rejectUnknownKeys(besides keys: [String]) {
        let known = Set(keys)
        let present = Set(entries.map(\.name))
        let absent = keys.filter { !present.contains($0) }
        for entry in entries where !known.contains(entry.name) && !diagnostics.isFull {
            let advice =
                if let meant = absent.closestMatch(to: entry.name) {
                    "did you mean \"\(meant)\"?"
                } else {
                    "expected one of: \(keys.joined(separator: ", "))"
                }
            diagnostics.error(
                "unknown-key", "unknown key \"\(entry.name)\" in \(context); \(advice)", at: entry.key.range)
        }
    }

    /// The key's own node, to point at the key instead of its value.
    public func key(_ key: String) -> YAMLNode? {
        entries.first { $0.name == key }?.key
    }

    /// The value of a key, of whatever kind.
    public func value(_ key: String) -> YAMLNode? {
        guard let value = node[key], !(nullIsAbsent && value.isNull) else { return nil }
        return value
    }

    /// The value of a key that has to be there. Rule `missing-key`.
    public func required(_ key: String) -> YAMLNode? {
        if let value = value(key) { return value }
        diagnostics.error("missing-key", "\(context) needs the key \"\(key)\"", at: place)
        return nil
    }

    /// The start of the mapping, for what is missing in it.
    public var place: SourceRange {
        SourceRange(line: node.range.start.line, column: node.range.start.column)
    }
}

// MARK: Values of one kind

extension MappingReader {
    /// A string; a number or boolean is not one.
    public func string(_ key: String) -> String? { read(key, "a string", \.string) }

    /// Any scalar but null as it is written, so that `3.10` is the text `3.10`.
    public func text(_ key: String) -> String? { read(key, "a string", \.scalarText) }

    public func boolean(_ key: String) -> Bool? { read(key, "true or false", \.boolean) }

    public func number(_ key: String) -> Double? { read(key, "a number", \.number) }

    /// An integer within the range. Rule `out-of-range` for one that is not.
    public func integer(_ key: String, in range: ClosedRange<Int> = Int.min...Int.max) -> Int? {
        guard let value = read(key, "an integer", \.integer) else { return nil }
        guard !range.contains(value) else { return value }
        let limits =
            range.upperBound == .max ? "of at least \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
        report("out-of-range", "expected an integer \(limits), found \(value)", at: key)
        return nil
    }

    /// One word of several. Rule `unknown-value`.
    public func choice(_ key: String, among words: [String]) -> String? {
        guard let word = text(key) else { return nil }
        if words.contains(word) { return word }
        let meant = words.closestMatch(to: word).map { "; did you mean \"\($0)\"?" } ?? ""
        report("unknown-value", "expected one of: \(words.joined(separator: ", ")); found \"\(word)\"\(meant)", at: key)
        return nil
    }

    /// One case of an enumeration of words, by its raw value.
    public func choice<Choice: CaseIterable & RawRepresentable<String>>(_ key: String, of type: Choice.Type) -> Choice? {
        choice(key, among: Choice.allCases.map(\.rawValue)).flatMap(Choice.init(rawValue:))
    }

    public func elements(_ key: String) -> [YAMLNode]? { read(key, "a sequence", \.elements) }

    /// A reader of a mapping in this one.
    public func mapping(_ key: String, context: String? = nil, keys: [String]? = nil) -> MappingReader? {
        MappingReader(
            value(key), context: context ?? "\"\(key)\"", keys: keys, nullIsAbsent: nullIsAbsent, diagnostics: diagnostics)
    }

    /// The texts of a sequence of scalars, each with its node; a single scalar is read as a sequence of one.
    public func texts(_ key: String) -> [(text: String, node: YAMLNode)]? {
        guard let value = value(key) else { return nil }
        if let text = value.scalarText { return [(text, value)] }
        guard let elements: [YAMLNode] = read(key, "a string or a sequence of strings", \.elements) else { return nil }
        return elements.compactMap { element in
            if let text = element.scalarText { return (text, element) }
            diagnostics.reportKind(of: element, expected: "a string", context: "\"\(key)\" of \(context)")
            return nil
        }
    }

    /// Reads a value by its kind. Rule `unexpected-kind` for another one.
    public func read<Value>(_ key: String, _ expected: String, _ read: (YAMLNode) -> Value?) -> Value? {
        guard let node = value(key) else { return nil }
        if let value = read(node) { return value }
        diagnostics.reportKind(of: node, expected: expected, context: "\"\(key)\" of \(context)")
        return nil
    }

    /// Reports something about the value of a key.
    public func report(_ rule: String, _ message: String, at key: String) {
        diagnostics.error(rule, message, at: node[key]?.pointer ?? place)
    }
}

extension YAMLNode {
    /// Where a diagnostic about the whole node points: a scalar's range, a collection's first character, and for an
    /// alias where it stands.
    public var pointer: SourceRange {
        if let aliasRange { return aliasRange }
        let isEmpty = range.start == range.end
        return scalar == nil || isEmpty ? SourceRange(line: range.start.line, column: range.start.column) : range
    }
}

extension DiagnosticCollector {
    /// Reports that a node is not of the kind that is expected: `expected a mapping for job, found a sequence`.
    public func reportKind(of node: YAMLNode, expected: String, context: String) {
        error("unexpected-kind", "expected \(expected) for \(context), found \(node.kindName)", at: node.pointer)
    }
}
