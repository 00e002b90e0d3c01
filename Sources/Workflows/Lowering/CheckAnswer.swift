public import Diagnostics
public import Expressions

/// A file that was checked: a workflow, or an action's metadata.
public protocol CheckedDocument: Sendable {
    /// `workflow`, `action` or `pipeline`, as `--kind` has it.
    var kind: String { get }
    var path: String { get }
    /// In the order of the file.
    var diagnostics: [Diagnostic] { get }
    /// Whether GitHub would take the file.
    var isAccepted: Bool { get }
}

extension WorkflowDocument: CheckedDocument { public var kind: String { lowered?.kind ?? "workflow" } }

extension ActionDocument: CheckedDocument { public var kind: String { "action" } }

/// What `slipway check` answers about files.
public struct CheckAnswer: Sendable {
    public let documents: [any CheckedDocument]

    public init(_ documents: [any CheckedDocument]) { self.documents = documents }

    public var isAccepted: Bool { documents.allSatisfy(\.isAccepted) }

    /// `{"files":[{"file","kind","verdict","diagnostics":[{"severity","rule","message","file","line","column"}]}]}`; the file of a remark
    /// is another one where the file that is checked names it.
    public var value: ExpressionValue {
        [
            "files": .array(
                documents.map { document in
                    [
                        "file": .string(document.path), "kind": .string(document.kind),
                        "verdict": document.isAccepted ? "accept" : "reject", "diagnostics": document.diagnosticsValue,
                    ]
                })
        ]
    }
}

extension CheckedDocument {
    var diagnosticsValue: ExpressionValue {
        .array(
            diagnostics.map { diagnostic in
                [
                    "severity": .string(diagnostic.severity.rawValue), "rule": .string(diagnostic.rule),
                    "message": .string(diagnostic.message), "file": .string(diagnostic.file),
                    "line": .number(Double(diagnostic.line)), "column": .number(Double(diagnostic.column)),
                ]
            })
    }
}
