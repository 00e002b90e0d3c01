/// How the daemon is, check by check.
public struct HealthReport: Sendable, Equatable {
    public enum Level: String, Sendable, Comparable {
        case ok
        /// Works, but something needs an operator: a remote is down, the disk is nearly full.
        case degraded
        /// Does not do its work; `/health` answers 503.
        case failing

        private var rank: Int {
            switch self {
            case .ok: 0
            case .degraded: 1
            case .failing: 2
            }
        }

        public static func < (left: Level, right: Level) -> Bool { left.rank < right.rank }
    }

    public struct Check: Sendable, Equatable {
        /// Kebab case: `store`, `disk-space`, `executors`.
        public var name: String
        public var level: Level
        /// What was found, and for anything but `ok` what to do.
        public var detail: String

        public init(name: String, level: Level, detail: String) {
            self.name = name
            self.level = level
            self.detail = detail
        }
    }

    public var version: String
    /// RFC 3339, UTC.
    public var startedAt: String
    public var checks: [Check]
    /// Jobs at a time, and how many run now.
    public var capacity: Int
    public var runningJobs: Int

    public init(version: String, startedAt: String, checks: [Check], capacity: Int, runningJobs: Int) {
        self.version = version
        self.startedAt = startedAt
        self.checks = checks
        self.capacity = capacity
        self.runningJobs = runningJobs
    }

    /// The worst of the checks.
    public var level: Level { checks.map(\.level).max() ?? .ok }
}
