internal import Diagnostics
internal import YAML

/// A text of a pipeline file that may hold variables: `#{Namespace.Name}`.
struct PipelineText {
    enum Part: Equatable {
        case text(String)
        case variable(VariableReference)
    }

    let parts: [Part]
    let node: YAMLNode

    var references: [VariableReference] {
        parts.compactMap { part in
            if case .variable(let reference) = part { reference } else { nil }
        }
    }

    /// Where a variable stands in the file.
    func range(of reference: VariableReference) -> SourceRange { node.range(ofScalarOffsets: reference.offsets) }

    /// - Parameter node: a scalar that is not null.
    init(_ node: YAMLNode, reportingTo diagnostics: DiagnosticCollector) {
        self.node = node
        let scalars = Array((node.scalarText ?? "").unicodeScalars)
        var parts: [Part] = []
        var text = ""
        var index = 0
        while index < scalars.count {
            guard scalars[index] == "#", index + 1 < scalars.count, scalars[index + 1] == "{" else {
                text.unicodeScalars.append(scalars[index])
                index += 1
                continue
            }
            let end = scalars[index...].firstIndex(of: "}")
            let offsets = index..<(end.map { $0 + 1 } ?? index + 2)
            guard let end, let reference = VariableReference(scalars[index + 2..<end], at: offsets) else {
                diagnostics.error(
                    "variable", "expected a variable as in #{Namespace.Name}", at: node.range(ofScalarOffsets: offsets))
                index = offsets.upperBound
                continue
            }
            if !text.isEmpty { parts.append(.text(text)) }
            text = ""
            parts.append(.variable(reference))
            index = offsets.upperBound
        }
        if !text.isEmpty { parts.append(.text(text)) }
        self.parts = parts
    }
}

/// A variable as a text names it.
struct VariableReference: Hashable {
    let namespace: String
    let name: String
    /// Where it stands in its text, in Unicode scalars.
    let offsets: Range<Int>

    /// `Namespace.Name` in one word, by which it is handed from stage to stage.
    var key: String { "\(namespace).\(name)" }

    init?(_ scalars: ArraySlice<Unicode.Scalar>, at offsets: Range<Int>) {
        var text = ""
        text.unicodeScalars.append(contentsOf: scalars)
        guard let dot = text.firstIndex(of: ".") else { return nil }
        let (namespace, name) = (String(text[..<dot]), String(text[text.index(after: dot)...]))
        guard Self.isName(namespace), Self.isName(name) else { return nil }
        self.namespace = namespace
        self.name = name
        self.offsets = offsets
    }

    /// As CodePipeline has the names of namespaces and variables.
    static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 100
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "@"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}
