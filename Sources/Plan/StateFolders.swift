/// Where everything is on disk below the state folder. Paths only; nothing here touches the disk.
///
/// ```
/// slipway.db                              SQLite
/// mirrors/<repository>.git                bare mirrors
/// actions/<host>/<repository>.git         bare mirrors of others, whose actions and workflows runs use
/// checkouts/<address>.git                 bare mirrors of others that jobs check out
/// tools/<tool>/<version>/                 what jobs share: Pythons and Nodes
/// runs/<run>/event.json                   the payload (GITHUB_EVENT_PATH)
/// runs/<run>/jobs/<job>/                  one attempt at a job: plan.json journal log summary.md lock control,
///                                         report-<n>.json gate-<n>.json baseline-<n>.json
/// runs/<run>/artifacts/<artifact>/        a stored artifact: content artifact.json
/// workspaces/<job>/                       the job's checkout, HOME and temporary files
/// cache/<repository>.cache/<trust>/<id>/  cached files: content entry.json
/// storage.ledger                          the last id of an artifact, cache entry or deployment, and the size of all artifacts
/// deployments/<service>/                  what was deployed to a service, and who does it: history.json lock holder waiting/
/// ```
public struct StateFolders: Codable, Equatable, Sendable {
    public let root: String

    public init(root: String) { self.root = root }

    /// A short name of this state folder, the same every time: what a daemon leaves in other systems carries it.
    public var instance: String {
        // FNV-1a: it only tells the few daemons of one host apart.
        let hash = root.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    public var database: String { "\(root)/slipway.db" }
    public var mirrors: String { "\(root)/mirrors" }
    public var runs: String { "\(root)/runs" }
    public var workspaces: String { "\(root)/workspaces" }
    public var tools: String { "\(root)/tools" }
    public var cache: String { "\(root)/cache" }

    /// The bare mirrors of repositories whose actions and workflows are used.
    public var actions: String { "\(root)/actions" }
    /// The bare mirrors of other repositories that jobs check out.
    public var checkouts: String { "\(root)/checkouts" }

    /// The bare mirror. A repository's name holds no `..` (the settings refuse it); a `/` becomes a folder.
    public func mirror(of repository: String) -> String { "\(mirrors)/\(repository).git" }
    public func run(_ id: Int64) -> String { "\(runs)/\(id)" }
    public func event(ofRun id: Int64) -> String { "\(runs)/\(id)/event.json" }
    public func job(_ id: Int64, ofRun run: Int64) -> JobFolder { JobFolder(path: "\(runs)/\(run)/jobs/\(id)") }
    public func workspace(ofJob id: Int64) -> String { "\(workspaces)/\(id)" }
}

/// The seam between the daemon and a worker: one folder for each attempt at a job.
public struct JobFolder: Codable, Equatable, Hashable, Sendable {
    public let path: String

    public init(path: String) { self.path = path }

    /// What the worker was told to do, without secrets.
    public var plan: String { "\(path)/plan.json" }
    /// One JSON object a line; appended by the worker only.
    public var journal: String { "\(path)/journal" }
    /// The log, masked and time-stamped; appended by the worker only.
    public var log: String { "\(path)/log" }
    /// The log of a step in the background, until it has its place in the log.
    public func backgroundLog(ofStep number: Int) -> String { "\(path)/background-\(number).log" }
    /// The step summaries, Markdown, in the order of the steps.
    public var summary: String { "\(path)/summary.md" }
    /// Held by the worker as long as it lives.
    public var lock: String { "\(path)/lock" }
    /// The socket on which the worker listens for a cancel.
    public var control: String { "\(path)/control" }
}
