internal import Store

/// Something that somebody did, or that was refused.
public struct AuditRepresentation: Codable, Sendable, Equatable {
    public var id: String
    public var at: String
    public var actor: String
    /// Kebab case: `cancel-run`.
    public var action: String
    public var subject: String
    public var detail: String

    init(_ entry: AuditEntry) {
        id = String(entry.id)
        at = TimeText.rfc3339(entry.at)
        actor = entry.actor
        action = entry.action
        subject = entry.subject
        detail = entry.detail
    }
}
