public import FoundationEssentials

/// Something that an operator did, or that was refused, for later questions.
public struct AuditEntry: Equatable, Sendable, Identifiable {
    /// Given by the store.
    public var id: Int64
    public var at: Date
    /// Who, as far as authenticated: `uid 1000 (anna)`, `webhook github`.
    public var actor: String
    /// What, in kebab case: `cancel-run`, `set-secret`, `refuse-webhook`.
    public var action: String
    /// On what: `run 12`, `secret app/TOKEN`.
    public var subject: String
    /// The rest, in a sentence. Never a secret's value.
    public var detail: String

    public init(id: Int64 = 0, at: Date, actor: String, action: String, subject: String, detail: String = "") {
        self.id = id
        self.at = at
        self.actor = actor
        self.action = action
        self.subject = subject
        self.detail = detail
    }
}
