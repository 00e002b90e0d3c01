public import Diagnostics

/// A value in a YAML file with its place in the source.
///
/// An alias is already replaced by what it names: the node then has the range of the original and `aliasRange` tells
/// where the alias stands.
public struct YAMLNode: Sendable {
    public enum Content: Sendable {
        case scalar(YAMLScalar)
        case sequence([YAMLNode])
        case mapping([YAMLEntry])
    }

    public let content: Content
    /// The stretch of the node without its anchor and tag: a quoted scalar with its quotes, a block scalar from `|`
    /// or `>`, a block collection from its first key or dash to the end of its last value. A missing value is an
    /// empty range.
    public let range: SourceRange
    /// Where the alias stands, if this node was reached through one.
    public internal(set) var aliasRange: SourceRange?

    init(content: Content, range: SourceRange) {
        self.content = content
        self.range = range
    }
}

/// A key and its value. The key is always a scalar; other keys are reported when the file is read and left out.
public struct YAMLEntry: Sendable {
    public let key: YAMLNode
    public let value: YAMLNode

    /// The key's text as it is after quotes and escapes.
    public var name: String { key.scalar?.text ?? "" }
}

/// A scalar as it is written, and the value that the YAML 1.2 core schema gives to it.
public struct YAMLScalar: Sendable {
    public enum Style: Sendable, Hashable {
        case plain, singleQuoted, doubleQuoted, literal, folded
    }

    /// The text after quotes, escapes, folding and indentation; of a number or boolean as it is written.
    public let text: String
    public let style: Style
    public let value: YAMLValue

    /// Where the scalar stands, in Unicode scalars of `source`.
    let span: Range<Int>
    let source: YAMLSource
}

extension YAMLNode {
    public var scalar: YAMLScalar? {
        if case .scalar(let scalar) = content { scalar } else { nil }
    }

    /// The elements of a sequence, or nil for anything else.
    public var elements: [YAMLNode]? {
        if case .sequence(let elements) = content { elements } else { nil }
    }

    /// The entries of a mapping in the order of the file, or nil for anything else.
    public var entries: [YAMLEntry]? {
        if case .mapping(let entries) = content { entries } else { nil }
    }

    /// The value of a mapping's key, or nil where there is no such key or no mapping.
    public subscript(key: String) -> YAMLNode? {
        entries?.first { $0.name == key }?.value
    }

    public var isNull: Bool { scalar?.value == .null }

    /// The value if it is a string; a number or boolean is none, see `scalarText`.
    public var string: String? {
        if case .string(let text) = scalar?.value { text } else { nil }
    }

    public var boolean: Bool? {
        if case .boolean(let value) = scalar?.value { value } else { nil }
    }

    public var integer: Int? {
        if case .integer(let value) = scalar?.value { value } else { nil }
    }

    /// The value of an integer or a floating-point number.
    public var number: Double? {
        switch scalar?.value {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }

    /// The text of any scalar but null: numbers and booleans as they are written.
    public var scalarText: String? {
        guard let scalar, scalar.value != .null else { return nil }
        return scalar.text
    }

    /// What the node is, for messages: `a mapping`, `a sequence`, `a string`, `nothing`.
    public var kindName: String {
        switch content {
        case .mapping: "a mapping"
        case .sequence: "a sequence"
        case .scalar(let scalar): scalar.value.kindName
        }
    }

    /// The place in the source of one character of a scalar's text; the node's start for anything but a scalar.
    ///
    /// - Parameter offset: counted in Unicode scalars of `YAMLScalar.text`.
    public func position(ofScalarOffset offset: Int) -> SourcePosition {
        scalar?.position(ofScalarOffset: offset) ?? range.start
    }

    /// The stretch of the source behind a part of a scalar's text.
    public func range(ofScalarOffsets offsets: Range<Int>) -> SourceRange {
        scalar?.range(ofScalarOffsets: offsets) ?? range
    }
}
