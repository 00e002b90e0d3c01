internal import Diagnostics

/// Builds the tree of nodes from libyaml's events: replaces aliases, gives scalars their values, reports what a file
/// must not contain, and keeps to the limits.
struct YAMLComposer {
    /// A node, where it ends in the source (for an alias: where the alias ends), and what it costs.
    private struct Composed {
        var node: YAMLNode
        var end: Int
        var size: Int
        var height: Int
    }

    /// Reading cannot go on; the reason is among the diagnostics.
    private struct Stop: Error {}

    private let source: YAMLSource
    private let stream: YAMLEventStream
    private let limits: YAMLLimits
    private let diagnostics: DiagnosticCollector
    private var anchors: [String: Composed] = [:]
    private var openAnchors: Set<String> = []
    private var nodeCount = 0

    init(text: String, limits: YAMLLimits, diagnostics: DiagnosticCollector) {
        source = YAMLSource(text)
        stream = YAMLEventStream(text: text)
        self.limits = limits
        self.diagnostics = diagnostics
    }

    /// The content of the first document, or nil where there is none or it cannot be read.
    mutating func composeDocument() -> YAMLNode? {
        guard !reportControlCharacter() else { return nil }
        do {
            var root: YAMLNode?
            while true {
                switch try nextEvent() {
                case .streamStart, .documentEnd, .collectionEnd: continue
                case .streamEnd: return root
                case .documentStart(let span):
                    if root != nil {
                        diagnostics.error(
                            "several-documents", "the file holds a second document; only one is allowed",
                            at: source.range(of: span))
                        return root
                    }
                case let event: root = try compose(event, depth: 1).node
                }
            }
        } catch {
            return nil
        }
    }

    private func nextEvent() throws(Stop) -> YAMLEvent {
        do {
            return try stream.next()
        } catch {
            diagnostics.error("yaml-syntax", error.message(in: source), at: source.range(at: error.place(in: source)))
            throw Stop()
        }
    }

    private func reportControlCharacter() -> Bool {
        let index = source.scalars.firstIndex { scalar in
            (scalar.value < 0x20 && scalar != "\t" && scalar != "\n" && scalar != "\r") || scalar.value == 0x7F
        }
        guard let index else { return false }
        let code = String(source.scalars[index].value, radix: 16, uppercase: true)
        let name = "U+" + String(repeating: "0", count: 4 - code.count) + code
        diagnostics.error(
            "encoding", "the control character \(name) is not allowed in YAML; write it as an escape in double quotes",
            at: source.range(at: index))
        return true
    }

    private mutating func compose(_ event: YAMLEvent, depth: Int) throws(Stop) -> Composed {
        switch event {
        case .alias(let name, let span): return try composeAlias(name, span, depth: depth)
        case .scalar(let text, let style, let properties, let span):
            try count(1, at: span)
            let composed = composeScalar(text, style, properties, span)
            if let anchor = properties.anchor { anchors[anchor] = composed }
            return composed
        case .collectionStart(let isMapping, let isFlow, let properties, let span):
            try count(1, at: span)
            try checkDepth(depth, at: span)
            if let anchor = properties.anchor { openAnchors.insert(anchor) }
            checkCollectionTag(properties.tag, isMapping: isMapping, at: span)
            let start = properties.isEmpty ? span.lowerBound : source.skipProperties(in: span)
            let composed =
                isMapping
                ? try composeMapping(from: start, isFlow: isFlow, depth: depth)
                : try composeSequence(from: start, isFlow: isFlow, depth: depth)
            if let anchor = properties.anchor {
                openAnchors.remove(anchor)
                anchors[anchor] = composed
            }
            return composed
        case .streamStart, .streamEnd, .documentStart, .documentEnd, .collectionEnd: throw Stop()
        }
    }

    private mutating func composeSequence(from start: Int, isFlow: Bool, depth: Int) throws(Stop) -> Composed {
        var elements: [YAMLNode] = []
        var whole = Composed(node: nothing(at: start), end: start, size: 1, height: 1)
        while true {
            let event = try nextEvent()
            if case .collectionEnd(let span) = event {
                let end = isFlow ? span.upperBound : whole.end
                whole.node = YAMLNode(content: .sequence(elements), range: source.range(of: start..<max(start, end)))
                whole.end = max(start, end)
                return whole
            }
            let element = try compose(event, depth: depth + 1)
            elements.append(element.node)
            add(element, to: &whole)
        }
    }

    private mutating func composeMapping(from start: Int, isFlow: Bool, depth: Int) throws(Stop) -> Composed {
        var entries: [YAMLEntry] = []
        var firstPlaces: [String: SourceRange] = [:]
        var whole = Composed(node: nothing(at: start), end: start, size: 1, height: 1)
        while true {
            let event = try nextEvent()
            if case .collectionEnd(let span) = event {
                let end = isFlow ? span.upperBound : whole.end
                whole.node = YAMLNode(content: .mapping(entries), range: source.range(of: start..<max(start, end)))
                whole.end = max(start, end)
                return whole
            }
            let key = try compose(event, depth: depth + 1)
            let value = try compose(try nextEvent(), depth: depth + 1)
            add(key, to: &whole)
            add(value, to: &whole)
            if accepts(key.node, firstPlaces: &firstPlaces) {
                entries.append(YAMLEntry(key: key.node, value: value.node))
            }
        }
    }

    /// Whether a key may be in the tree; reports it otherwise.
    private func accepts(_ key: YAMLNode, firstPlaces: inout [String: SourceRange]) -> Bool {
        let place = key.aliasRange ?? key.range
        guard let scalar = key.scalar else {
            diagnostics.error("complex-key", "expected a text as the key, found \(key.kindName)", at: place)
            return false
        }
        if scalar.style == .plain, scalar.text == "<<" {
            diagnostics.error(
                "merge-key", "merge keys (\"<<\") are not supported; write the keys here, or use an alias for the whole value",
                at: place)
            return false
        }
        if let first = firstPlaces[scalar.text] {
            diagnostics.error(
                "duplicate-key",
                "the key \"\(scalar.text)\" is already in line \(first.start.line), column \(first.start.column)", at: place)
            return false
        }
        firstPlaces[scalar.text] = place
        return true
    }

    private func composeScalar(
        _ text: String, _ style: YAMLScalar.Style, _ properties: NodeProperties, _ span: Range<Int>
    ) -> Composed {
        let start = properties.isEmpty ? span.lowerBound : source.skipProperties(in: span)
        // libyaml ends a block scalar after the blank lines that follow it.
        let isBlock = style == .literal || style == .folded
        let end = isBlock ? source.trimmedEnd(of: start..<span.upperBound) : span.upperBound
        let range = source.range(of: start..<max(start, end))
        let tagged = source.range(of: span.lowerBound..<max(start, end))
        let scalar = YAMLScalar(
            text: text, style: style, value: value(of: text, style, tag: properties.tag, at: tagged),
            span: start..<max(start, span.upperBound), source: source)
        return Composed(node: YAMLNode(content: .scalar(scalar), range: range), end: max(start, end), size: 1, height: 0)
    }

    private mutating func composeAlias(_ name: String, _ span: Range<Int>, depth: Int) throws(Stop) -> Composed {
        guard var target = anchors[name], !openAnchors.contains(name) else {
            let message =
                openAnchors.contains(name)
                ? "the alias \"*\(name)\" stands inside of what it names"
                : "the alias \"*\(name)\" names no anchor before it; put the value in quotes if it is a text"
            diagnostics.error("unknown-alias", message, at: source.range(of: span))
            return Composed(node: nothing(at: span.lowerBound), end: span.upperBound, size: 1, height: 0)
        }
        try count(target.size, at: span, alias: name)
        try checkDepth(depth + target.height - 1, at: span)
        target.node.aliasRange = source.range(of: span)
        target.end = span.upperBound
        return target
    }

    private func add(_ part: Composed, to whole: inout Composed) {
        whole.end = part.end
        whole.size += part.size
        whole.height = max(whole.height, part.height + 1)
    }

    private func nothing(at index: Int) -> YAMLNode {
        let scalar = YAMLScalar(text: "", style: .plain, value: .null, span: index..<index, source: source)
        return YAMLNode(content: .scalar(scalar), range: source.range(of: index..<index))
    }
}

// MARK: Limits and tags

extension YAMLComposer {
    private mutating func count(_ nodes: Int, at span: Range<Int>, alias: String? = nil) throws(Stop) {
        nodeCount += nodes
        guard nodeCount > limits.nodes else { return }
        let what = alias.map { "with the alias \"*\($0)\" the file has" } ?? "the file has"
        diagnostics.error(
            "yaml-limit", "\(what) more than \(limits.nodes) values; reading stopped here", at: source.range(at: span.lowerBound))
        throw Stop()
    }

    private func checkDepth(_ depth: Int, at span: Range<Int>) throws(Stop) {
        guard depth > limits.depth else { return }
        diagnostics.error(
            "yaml-limit", "nested deeper than \(limits.depth) levels; reading stopped here",
            at: source.range(at: span.lowerBound))
        throw Stop()
    }

    private static let standardTag = "tag:yaml.org,2002:"

    private func checkCollectionTag(_ tag: String?, isMapping: Bool, at span: Range<Int>) {
        guard let tag, tag != "!", tag != Self.standardTag + (isMapping ? "map" : "seq") else { return }
        reportTag(tag, at: source.range(at: span.lowerBound))
    }

    private func value(of text: String, _ style: YAMLScalar.Style, tag: String?, at range: SourceRange) -> YAMLValue {
        let plain = YAMLValue(plain: text)
        switch tag {
        case nil: return style == .plain ? plain : .string(text)
        case "!", Self.standardTag + "str": return .string(text)
        case Self.standardTag + "null" where plain == .null && style == .plain: return plain
        case Self.standardTag + "bool":
            if case .boolean = plain, style == .plain { return plain }
        case Self.standardTag + "int":
            if case .integer = plain, style == .plain { return plain }
        case Self.standardTag + "float":
            if case .integer(let value) = plain, style == .plain { return .number(Double(value)) }
            if case .number = plain, style == .plain { return plain }
        default:
            reportTag(tag ?? "", at: range)
            return .string(text)
        }
        diagnostics.error(
            "unsupported-tag",
            style == .plain
                ? "\"\(text)\" is not a value of the type that its tag names"
                : "a text in quotes is not a value of the type that its tag names", at: range)
        return plain
    }

    private func reportTag(_ tag: String, at range: SourceRange) {
        let name = tag.hasPrefix(Self.standardTag) ? "!!" + tag.dropFirst(Self.standardTag.count) : tag
        diagnostics.error(
            "unsupported-tag", "the tag \"\(name)\" is not supported; remove it, or put the value in quotes if it is a text",
            at: range)
    }
}
