/// `pause_on_failure`: who may have jobs stand still after a failure and open shells in them, and for how long.
public struct PauseSettings: Sendable, Equatable {
    public enum Permission: String, Sendable, CaseIterable {
        /// Nobody.
        case none
        /// Operators and admins.
        case `operator`
        case admin
    }

    public var role: Permission
    /// After which the job goes on by itself.
    public var limit: Duration

    /// No longer than a job may take at all.
    private static let longest = Duration.seconds(5 * 86_400)

    init(reading reader: SettingsReader) {
        role = reader.choice("role", default: .operator)
        limit = reader.duration("limit", default: .seconds(1800), atLeast: .seconds(1))
        if limit > Self.longest, let (_, node) = reader.text("limit") {
            reader.error("out-of-range", "a job stands still for 5d at most", at: node)
        }
    }
}
