/// How much history is kept.
public struct RetentionPolicy: Equatable, Sendable {
    /// Days for which a completed run is kept, counted from its end.
    public var days: Int
    /// How many of a repository's newest runs are kept, however old.
    public var newestRuns: Int
    /// Days for which finished deliveries, ticks of schedules and events without runs are kept.
    public var recordDays: Int
    /// Days for which entries of the audit trail are kept.
    public var auditDays: Int

    public init(days: Int, newestRuns: Int, recordDays: Int = 90, auditDays: Int = 400) {
        self.days = days
        self.newestRuns = newestRuns
        self.recordDays = recordDays
        self.auditDays = auditDays
    }
}
