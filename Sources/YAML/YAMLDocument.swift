public import Diagnostics

/// What a YAML file may cost to read. What is over a bound is refused with a diagnostic that names the bound.
public struct YAMLLimits: Sendable {
    /// The size of the file in bytes.
    public var bytes: Int
    /// Scalars, sequences and mappings together, after each alias is replaced by what it names.
    public var nodes: Int
    /// How deep sequences and mappings may stand in each other.
    public var depth: Int

    public init(bytes: Int = 1 << 20, nodes: Int = 100_000, depth: Int = 100) {
        self.bytes = bytes
        self.nodes = nodes
        self.depth = depth
    }

    /// One MiB, 100,000 nodes, 100 levels.
    public static let standard = YAMLLimits()
}

/// A YAML file that was read: its one document, and the mistakes in it.
public struct YAMLDocument: Sendable {
    /// The document's content; nil where the file is empty (or holds comments only) or cannot be read at all. In the
    /// latter case `diagnostics` contains an error.
    public let root: YAMLNode?
    /// The mistakes, in the order of the file.
    public let diagnostics: [Diagnostic]

    /// Reads a file of one document.
    ///
    /// Rules of the diagnostics: `yaml-syntax`, `yaml-limit`, `encoding`, `duplicate-key`, `merge-key`, `complex-key`,
    /// `unknown-alias`, `unsupported-tag`, `several-documents`. All but `yaml-syntax`, `yaml-limit` and `encoding`
    /// leave the rest of the tree usable: of a key that is there twice the first value counts, a merge key is left out.
    ///
    /// - Parameter file: the file's name as the diagnostics carry it.
    public static func parse(_ text: String, file: String, limits: YAMLLimits = .standard) -> YAMLDocument {
        let diagnostics = DiagnosticCollector(file: file)
        guard text.utf8.count <= limits.bytes else {
            diagnostics.error(
                "yaml-limit", "the file has \(text.utf8.count) bytes, more than the \(limits.bytes) that are read",
                at: SourceRange(line: 1, column: 1))
            return YAMLDocument(root: nil, diagnostics: diagnostics.diagnostics)
        }
        let body = text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
        var composer = YAMLComposer(text: body, limits: limits, diagnostics: diagnostics)
        let root = composer.composeDocument()
        return YAMLDocument(root: root, diagnostics: diagnostics.diagnostics.inFileOrder)
    }

    /// Reads a file from its bytes, which have to be UTF-8.
    public static func parse(bytes: [UInt8], file: String, limits: YAMLLimits = .standard) -> YAMLDocument {
        if bytes.count <= limits.bytes, let range = bytes.firstInvalidUTF8 {
            let diagnostic = Diagnostic(
                rule: "encoding", message: "this is not UTF-8; save the file in that encoding", file: file, range: range)
            return YAMLDocument(root: nil, diagnostics: [diagnostic])
        }
        return parse(String(decoding: bytes, as: UTF8.self), file: file, limits: limits)
    }
}

extension [UInt8] {
    /// The place of the first bytes that are not UTF-8.
    fileprivate var firstInvalidUTF8: SourceRange? {
        var decoder = UTF8()
        var iterator = makeIterator()
        var line = 1
        var column = 1
        while true {
            switch decoder.decode(&iterator) {
            case .scalarValue("\n"):
                line += 1
                column = 1
            case .scalarValue: column += 1
            case .emptyInput: return nil
            case .error: return SourceRange(line: line, column: column)
            }
        }
    }
}
