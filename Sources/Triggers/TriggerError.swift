public import Diagnostics

/// Why something could not become an event.
public struct TriggerError: Error, Equatable, Sendable {
    public enum Kind: Equatable, Sendable {
        /// No such repository, ref or pipeline file.
        case notFound
        /// The wish makes no sense: a wrong input, a pipeline without `workflow_dispatch`, a payload that is no JSON.
        case invalid
        /// Signature or token missing or wrong.
        case unauthenticated
        /// The remote, the mirror or the store does not answer.
        case unavailable
    }

    public var kind: Kind
    public var message: String
    /// Of a pipeline file that has mistakes.
    public var diagnostics: [Diagnostic]

    public init(_ kind: Kind, _ message: String, diagnostics: [Diagnostic] = []) {
        self.kind = kind
        self.message = message
        self.diagnostics = diagnostics
    }
}
