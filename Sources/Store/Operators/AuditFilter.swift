public import FoundationEssentials

/// Which entries of the audit trail to list. Everything that is given must hold.
public struct AuditFilter: Equatable, Sendable {
    /// Exactly as the entry has it.
    public var actor: String?
    public var action: String?
    public var subject: String?
    /// Not older than the first, older than the second.
    public var from: Date?
    public var to: Date?
    /// From 1 to 1000.
    public var limit: Int
    /// Only entries with a lower id.
    public var before: Int64?

    public init(
        actor: String? = nil, action: String? = nil, subject: String? = nil, from: Date? = nil, to: Date? = nil,
        limit: Int = 100, before: Int64? = nil
    ) {
        self.actor = actor
        self.action = action
        self.subject = subject
        self.from = from
        self.to = to
        self.limit = min(max(limit, 1), 1000)
        self.before = before
    }
}

/// Entries of the audit trail, newest first.
public struct AuditEntries: Equatable, Sendable {
    public var entries: [AuditEntry]
    /// The `before` of the next page; nil where there is none. A page may hold fewer entries than were asked for and still have a
    /// next one: only a bounded stretch is compared with what no index answers.
    public var next: Int64?

    public init(entries: [AuditEntry], next: Int64?) {
        self.entries = entries
        self.next = next
    }
}
