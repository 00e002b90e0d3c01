/// `retention`: which completed runs, with their logs, are deleted. Runs that are not completed are never deleted.
public struct RetentionSettings: Sendable, Equatable {
    /// How many of the newest runs of a repository are kept, however old; nil: their age alone decides.
    public var runs: Int?
    /// How long a run is kept after its end; nil: their number alone decides, or they are kept for ever.
    public var age: Duration?
    /// How long an entry of the audit trail is kept; nil keeps it for ever.
    public var audit: Duration?

    init(reading reader: SettingsReader) {
        runs = reader.unlessOff("runs", default: nil) { $0.integer("runs", default: 1, in: 1...Int.max) }
        let days = reader.unlessOff("days", default: 90) { $0.integer("days", default: 90, in: 1...36_500) }
        age = days.map { .seconds($0 * 86_400) }
        let auditDays = reader.unlessOff("audit_days", default: 400) { $0.integer("audit_days", default: 400, in: 1...36_500) }
        audit = auditDays.map { .seconds($0 * 86_400) }
    }
}

/// `workspaces`: what happens to a job's folder after the job.
public struct WorkspaceSettings: Sendable, Equatable {
    /// Which workspaces are left for a look at them.
    public enum Keep: String, Sendable, Hashable, CaseIterable {
        case never, failed, always
    }

    public var keep: Keep
    /// How long a workspace that was left stays.
    public var keepFor: Duration

    init(reading reader: SettingsReader) {
        keep = reader.choice("keep", default: .never)
        keepFor = reader.duration("keep_for", default: .seconds(86_400))
    }
}
