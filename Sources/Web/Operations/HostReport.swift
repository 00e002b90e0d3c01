public import FoundationEssentials
public import Plan

/// What the daemon takes of its host, what bounds it, and what goes next.
public struct HostReport: Sendable, Equatable {
    /// One kind of what is in the state folder.
    public struct Part: Sendable, Equatable {
        /// In kebab case: `runs`, `mirrors`, `docker-images`.
        public var name: String
        /// What it is, in some words.
        public var detail: String
        /// As the disk counts them; nil where that is not known.
        public var bytes: Int64?
        /// Bytes that it may take; nil: no limit of its own.
        public var limit: Int64?
        /// What keeps it small, in a sentence.
        public var rule: String

        public init(name: String, detail: String, bytes: Int64?, limit: Int64? = nil, rule: String) {
            self.name = name
            self.detail = detail
            self.bytes = bytes
            self.limit = limit
            self.rule = rule
        }
    }

    /// A running job's processes.
    public struct Worker: Sendable, Equatable {
        public var job: Job
        public var run: Run
        /// Of memory that is resident, of all its processes; nil where they can't be seen.
        public var bytes: Int64?
        public var processes: Int

        public init(job: Job, run: Run, bytes: Int64?, processes: Int) {
            self.job = job
            self.run = run
            self.bytes = bytes
            self.processes = processes
        }
    }

    /// Something that is going to be deleted.
    public struct Due: Sendable, Equatable {
        public var what: String
        /// Where it is to be seen.
        public var runID: Int64?
        public var at: Date
        public var bytes: Int64?

        public init(what: String, runID: Int64? = nil, at: Date, bytes: Int64? = nil) {
            self.what = what
            self.runID = runID
            self.at = at
            self.bytes = bytes
        }
    }

    public var folder: String
    public var parts: [Part]
    /// When the folder was counted; nil: that is being done for the first time.
    public var measuredAt: Date?
    public var isMeasuring: Bool
    /// Of the file system: bytes in all, and those that are free for the daemon.
    public var size: Int64
    public var free: Int64
    /// The soonest first.
    public var due: [Due]
    public var capacity: Int
    public var workers: [Worker]
    public var daemonBytes: Int64?
    /// What could not be found out, in a sentence each.
    public var problems: [String]

    public init(
        folder: String, parts: [Part] = [], measuredAt: Date? = nil, isMeasuring: Bool = false, size: Int64, free: Int64,
        due: [Due] = [], capacity: Int, workers: [Worker] = [], daemonBytes: Int64? = nil, problems: [String] = []
    ) {
        self.folder = folder
        self.parts = parts
        self.measuredAt = measuredAt
        self.isMeasuring = isMeasuring
        self.size = size
        self.free = free
        self.due = due
        self.capacity = capacity
        self.workers = workers
        self.daemonBytes = daemonBytes
        self.problems = problems
    }
}
