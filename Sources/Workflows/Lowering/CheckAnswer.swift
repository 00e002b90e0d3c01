internal import Diagnostics
public import Expressions

/// What `slipway check` answers about workflow files.
public struct CheckAnswer: Sendable {
    public let documents: [WorkflowDocument]

    public init(_ documents: [WorkflowDocument]) {
        self.documents = documents
    }

    public var isAccepted: Bool { documents.allSatisfy(\.isAccepted) }

    /// `{"files":[{"file","kind","verdict","diagnostics":[{"severity","rule","message","line","column"}]}]}`
    public var value: ExpressionValue {
        ["files": .array(documents.map(\.checkValue))]
    }
}

extension WorkflowDocument {
    /// One element of `files` in the answer of a check.
    public var checkValue: ExpressionValue {
        [
            "file": .string(path),
            "kind": "workflow",
            "verdict": isAccepted ? "accept" : "reject",
            "diagnostics": diagnosticsValue,
        ]
    }

    var diagnosticsValue: ExpressionValue {
        .array(
            diagnostics.map { diagnostic in
                [
                    "severity": .string(diagnostic.severity.rawValue),
                    "rule": .string(diagnostic.rule),
                    "message": .string(diagnostic.message),
                    "line": .number(Double(diagnostic.line)),
                    "column": .number(Double(diagnostic.column)),
                ]
            })
    }
}
