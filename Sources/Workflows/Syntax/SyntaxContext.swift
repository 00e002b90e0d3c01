internal import Diagnostics
internal import Expressions
internal import YAML

/// What the readers of the parts of one workflow file share: where remarks go, and what was seen.
final class SyntaxContext {
    let diagnostics: DiagnosticCollector
    private(set) var keys: [WorkflowKey] = []
    private(set) var texts: [WorkflowText] = []
    private(set) var conditions: [WorkflowCondition] = []
    /// Every expression of the texts and conditions.
    var expressions: [PlacedExpression] { texts.flatMap(\.expressions) + conditions.flatMap(\.expressions) }
    /// What GitHub takes and this version has no means for, beside the keys that `LanguageSupport` lists.
    private(set) var unsupported: [UnsupportedPart] = []
    /// The job that is being read.
    var job: String?

    init(diagnostics: DiagnosticCollector) {
        self.diagnostics = diagnostics
    }

    /// A reader of a mapping whose keys are those of the language.
    ///
    /// - Parameters:
    ///   - path: the mapping's own key, under which `LanguageSupport` lists its keys.
    ///   - keys: the keys that are allowed.
    func mapping(_ node: YAMLNode?, path: String, context: String, keys: [String]) -> MappingReader? {
        guard let reader = MappingReader(node, context: context, keys: keys, diagnostics: diagnostics) else { return nil }
        for entry in reader.entries where keys.contains(entry.name) {
            note(key: path.isEmpty ? entry.name : "\(path).\(entry.name)", at: entry.key.range)
        }
        return reader
    }

    func note(key: String, at range: SourceRange) {
        keys.append(WorkflowKey(key: key, range: range, job: job))
    }

    /// A mapping with names of the user's own choice. Names that differ only in case are one name, as on GitHub.
    ///
    /// - Parameter place: where names may be expressions on GitHub; what they yield is not supported here.
    func entries(_ node: YAMLNode?, context: String, at place: ExpressionPlace? = nil) -> [YAMLEntry] {
        guard let node else { return [] }
        guard let entries = node.entries else {
            diagnostics.reportKind(of: node, expected: "a mapping", context: context)
            return []
        }
        var seen: [String: String] = [:]
        for entry in entries {
            if entry.name.isEmpty { diagnostics.error("empty-name", "a name in \(context) is empty", at: entry.key.pointer) }
            if entry.name.holds("${{") { note(expressionAsName: entry.key, in: context, at: place) }
            if let first = seen.updateValue(entry.name, forKey: entry.name.lowercased()), first != entry.name {
                diagnostics.error(
                    "duplicate-key", "\"\(entry.name)\" in \(context) is \"\(first)\" again: case does not count",
                    at: entry.key.range)
            }
        }
        return entries
    }

    private func note(expressionAsName key: YAMLNode, in context: String, at place: ExpressionPlace?) {
        guard place?.allowsExpressions == true else {
            diagnostics.error(
                "expression-not-allowed", "no expression is allowed as a name in \(context); expected plain text", at: key.pointer
            )
            return
        }
        let message = "an expression as a name in \(context) is not supported; write the whole mapping as one expression"
        unsupported.append(UnsupportedPart(message: message, range: key.pointer, job: job))
    }

    // MARK: Texts

    /// A text: any scalar. What is not is reported, and nil.
    ///
    /// - Parameter isEmptyAllowed: false reports a text without content.
    func text(_ node: YAMLNode?, at place: ExpressionPlace, isEmptyAllowed: Bool = true) -> WorkflowText? {
        guard let node else { return nil }
        guard let scalar = node.scalar else {
            diagnostics.reportKind(of: node, expected: "a string", context: "\"\(place.key)\"")
            return nil
        }
        let source = Self.content(of: scalar)
        if source.isEmpty, !isEmptyAllowed {
            diagnostics.error("empty-value", "\"\(place.key)\" must not be empty", at: node.pointer)
            return nil
        }
        return text(source, node: node, at: place)
    }

    /// A number, or an expression that yields one.
    func number(_ node: YAMLNode?, at place: ExpressionPlace) -> WorkflowText? {
        typed(node, at: place, expected: "a number") { $0.number != nil }
    }

    /// A boolean, or an expression that yields one.
    func boolean(_ node: YAMLNode?, at place: ExpressionPlace) -> WorkflowText? {
        typed(node, at: place, expected: "true or false") { $0.boolean != nil }
    }

    private func typed(
        _ node: YAMLNode?, at place: ExpressionPlace, expected: String, matches: (YAMLNode) -> Bool
    ) -> WorkflowText? {
        guard let node else { return nil }
        guard let scalar = node.scalar, matches(node) || isExpression(node) else {
            diagnostics.reportKind(of: node, expected: expected, context: "\"\(place.key)\"")
            return nil
        }
        return text(Self.content(of: scalar), node: node, at: place)
    }

    /// The text of a scalar as GitHub has it: a number in its shortest form (`3.10` is `3.1`), null as nothing.
    private static func content(of scalar: YAMLScalar) -> String {
        ExpressionValue(scalar.value).displayString
    }

    /// Whether a node is a text with an expression in it, which may stand for a value of any kind.
    func isExpression(_ node: YAMLNode) -> Bool { node.string?.holds("${{") ?? false }

    private func text(_ source: String, node: YAMLNode, at place: ExpressionPlace) -> WorkflowText? {
        guard isExpression(node) else {
            return record(WorkflowText(template: Template(literal: source), node: node, place: place, job: job))
        }
        guard place.allowsExpressions else {
            diagnostics.error(
                "expression-not-allowed", "no expression is allowed in \"\(place.key)\"; expected plain text",
                at: node.pointer)
            return nil
        }
        do {
            let template = try Template(parsing: source)
            let length = template.expressionLength
            guard length <= Self.expressionLimit else {
                diagnostics.error(
                    "expression-length",
                    "a text with expressions may have \(Self.expressionLimit) characters, this one has \(length); put a part of it into "
                        + "a variable or a file", at: node.pointer)
                return nil
            }
            return record(WorkflowText(template: template, node: node, place: place, job: job))
        } catch {
            let (template, mistakes) = Template.sound(of: source)
            for mistake in mistakes { report(mistake, in: node) }
            // Its other expressions are checked all the same.
            _ = record(WorkflowText(template: template, node: node, place: place, job: job))
            return nil
        }
    }

    /// The longest expression that GitHub takes; a text with several in it is one to it, a call of `format`.
    static let expressionLimit = 21_000

    private func record(_ text: WorkflowText) -> WorkflowText {
        texts.append(text)
        return text
    }

    /// An `if`.
    func condition(_ node: YAMLNode?, at place: ExpressionPlace) -> WorkflowCondition? {
        guard let node else { return nil }
        guard let scalar = node.scalar else {
            diagnostics.reportKind(of: node, expected: "a condition", context: "\"\(place.key)\"")
            return nil
        }
        do {
            let parsed = try Condition(parsing: node.isNull ? "" : scalar.text)
            let condition = WorkflowCondition(condition: parsed, node: node, place: place, job: job)
            conditions.append(condition)
            return condition
        } catch {
            report(error, in: node)
            return nil
        }
    }

    private func report(_ error: ExpressionError, in node: YAMLNode) {
        let offset = error.offset ?? 0
        diagnostics.error("expression-syntax", error.message, at: node.range(ofScalarOffsets: offset..<offset + 1))
    }

    // MARK: Plain values

    /// A text in which no expression may stand, with its place.
    func plain(_ node: YAMLNode?, key: String, isEmptyAllowed: Bool = false) -> Located<String>? {
        text(node, at: .literal(key), isEmptyAllowed: isEmptyAllowed).map { text in
            Located(text.source, range: text.range)
        }
    }

    /// One text, or a sequence of them.
    func plainList(_ node: YAMLNode?, key: String) -> [Located<String>] {
        elements(node, key: key).compactMap { plain($0, key: key) }
    }

    /// One text that may hold expressions, or a sequence of them.
    func textList(_ node: YAMLNode?, at place: ExpressionPlace) -> [WorkflowText] {
        elements(node, key: place.key).compactMap { text($0, at: place, isEmptyAllowed: false) }
    }

    private func elements(_ node: YAMLNode?, key: String) -> [YAMLNode] {
        guard let node else { return [] }
        if node.scalar != nil { return [node] }
        if let elements = node.elements { return elements }
        diagnostics.reportKind(of: node, expected: "a string or a sequence of strings", context: "\"\(key)\"")
        return []
    }

    /// `env` and the like.
    func variables(_ node: YAMLNode?, at place: ExpressionPlace, context: String) -> WorkflowVariables {
        var variables = WorkflowVariables()
        guard let node else { return variables }
        if isExpression(node) {
            variables.expression = text(node, at: place)
        } else {
            variables.variables = namedTexts(node, at: place, context: context, names: place)
        }
        return variables
    }

    /// A mapping of names to texts.
    ///
    /// - Parameter names: where the names may be expressions on GitHub.
    func namedTexts(
        _ node: YAMLNode?, at place: ExpressionPlace, context: String, names: ExpressionPlace? = nil
    ) -> [WorkflowVariable] {
        entries(node, context: context, at: names).compactMap { entry in
            text(entry.value, at: place).map { value in
                WorkflowVariable(name: Located(entry.name, range: entry.key.range), value: value)
            }
        }
    }
}

extension Template {
    /// How long the one expression is that GitHub makes of the text: `format('…{0}…', …)` where there is more than an expression.
    fileprivate var expressionLength: Int {
        if segments.count == 1, let only = expressions.first { return only.source.unicodeScalars.count }
        var length = "format('')".count
        var index = 0
        for segment in segments {
            switch segment {
            case .text(let text):
                length += text.unicodeScalars.reduce(0) { $0 + ("'{}".unicodeScalars.contains($1) ? 2 : 1) }
            case .expression(let expression, _):
                length += "{\(index)}, ".count + expression.source.unicodeScalars.count
                index += 1
            }
        }
        return length
    }
}
