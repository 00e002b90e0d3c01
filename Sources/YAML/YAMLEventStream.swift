internal import CLibYAML

/// One step of libyaml through a file, with places in Unicode scalars from the start of the text.
enum YAMLEvent {
    case streamStart
    case streamEnd
    case documentStart(Range<Int>)
    case documentEnd
    case alias(String, Range<Int>)
    case scalar(text: String, style: YAMLScalar.Style, properties: NodeProperties, span: Range<Int>)
    case collectionStart(isMapping: Bool, isFlow: Bool, properties: NodeProperties, span: Range<Int>)
    case collectionEnd(Range<Int>)
}

/// What may stand before a node: `&anchor` and `!tag`, the tag in its full form (`tag:yaml.org,2002:str`).
struct NodeProperties {
    var anchor: String?
    var tag: String?

    var isEmpty: Bool { anchor == nil && tag == nil }
}

/// The events of one text. Owns the libyaml parser; used by one reader, not shared.
final class YAMLEventStream {
    // libyaml stores a pointer to the parser within itself, so it may not move; the input has to outlive it.
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let input: UnsafeMutableBufferPointer<UInt8>

    init(text: String) {
        let bytes = Array(text.utf8)
        input = .allocate(capacity: max(bytes.count, 1))
        _ = input.initialize(from: bytes)
        parser = .allocate(capacity: 1)
        // Fails only where memory ends, as Swift's own allocations do.
        precondition(yaml_parser_initialize(parser) == 1, "out of memory")
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, input.baseAddress, bytes.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
        input.deallocate()
    }

    func next() throws(YAMLSyntaxError) -> YAMLEvent {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw syntaxError() }
        defer { yaml_event_delete(&event) }
        let span = Int(event.start_mark.index)..<max(Int(event.start_mark.index), Int(event.end_mark.index))
        switch event.type {
        case YAML_STREAM_START_EVENT: return .streamStart
        case YAML_DOCUMENT_START_EVENT: return .documentStart(span)
        case YAML_DOCUMENT_END_EVENT: return .documentEnd
        case YAML_ALIAS_EVENT: return .alias(Self.text(event.data.alias.anchor) ?? "", span)
        case YAML_SCALAR_EVENT: return Self.scalar(event, span)
        case YAML_SEQUENCE_START_EVENT:
            let data = event.data.sequence_start
            return .collectionStart(
                isMapping: false, isFlow: data.style == YAML_FLOW_SEQUENCE_STYLE,
                properties: NodeProperties(anchor: Self.text(data.anchor), tag: Self.text(data.tag)), span: span)
        case YAML_MAPPING_START_EVENT:
            let data = event.data.mapping_start
            return .collectionStart(
                isMapping: true, isFlow: data.style == YAML_FLOW_MAPPING_STYLE,
                properties: NodeProperties(anchor: Self.text(data.anchor), tag: Self.text(data.tag)), span: span)
        case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: return .collectionEnd(span)
        default: return .streamEnd
        }
    }

    private static func scalar(_ event: yaml_event_t, _ span: Range<Int>) -> YAMLEvent {
        let data = event.data.scalar
        let bytes = UnsafeBufferPointer(start: data.value, count: data.length)
        let style: YAMLScalar.Style =
            switch data.style {
            case YAML_SINGLE_QUOTED_SCALAR_STYLE: .singleQuoted
            case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .doubleQuoted
            case YAML_LITERAL_SCALAR_STYLE: .literal
            case YAML_FOLDED_SCALAR_STYLE: .folded
            default: .plain
            }
        return .scalar(
            text: String(decoding: bytes, as: UTF8.self), style: style,
            properties: NodeProperties(anchor: text(data.anchor), tag: text(data.tag)), span: span)
    }

    private static func text(_ pointer: UnsafeMutablePointer<UInt8>?) -> String? {
        pointer.map { String(cString: UnsafePointer($0)) }
    }

    private func syntaxError() -> YAMLSyntaxError {
        let state = parser.pointee
        let problem = state.problem.map { String(cString: $0) } ?? "the file cannot be read"
        if state.error == YAML_READER_ERROR {
            let head = input.prefix(Int(state.problem_offset))
            let index = String(decoding: head, as: UTF8.self).unicodeScalars.count
            return YAMLSyntaxError(problem: problem, index: index, context: nil, contextIndex: nil)
        }
        let context = state.context.map { String(cString: $0) }
        return YAMLSyntaxError(
            problem: problem, index: Int(state.problem_mark.index), context: context,
            contextIndex: context == nil ? nil : Int(state.context_mark.index))
    }
}
