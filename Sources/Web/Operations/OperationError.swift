public import Diagnostics

/// Why an operation was not done. The message is shown to whoever asked: it holds no secret.
public struct OperationError: Error, Sendable, Equatable {
    public enum Kind: String, Sendable, CaseIterable {
        /// No such run, job, repository, secret or workflow.
        case notFound
        /// It exists, but its state does not allow this now.
        case conflict
        /// The request makes no sense: a wrong input, a workflow without `workflow_dispatch`.
        case invalid
        /// A wrong signature, or an operation that is switched off.
        case forbidden
        /// Something that Slipway needs does not answer; trying later may help.
        case unavailable
        /// The caller did not prove who it is: a webhook without or with a wrong signature.
        case unauthenticated
    }

    public var kind: Kind
    /// What failed, on what, why and what to do, in a sentence.
    public var message: String
    public var diagnostics: [Diagnostic]

    public init(_ kind: Kind, _ message: String, diagnostics: [Diagnostic] = []) {
        self.kind = kind
        self.message = message
        self.diagnostics = diagnostics
    }
}
