internal import Plan

/// The jobs of a run with those of called workflows below the jobs that call them.
struct JobTree: Sendable {
    struct Entry: Sendable {
        let job: Job
        /// 0 for a job of the run's own file.
        let depth: Int
        /// Without the names of its callers, below which it stands.
        let name: String
        /// Whether there are jobs of the workflow that it calls.
        let isCaller: Bool
    }

    /// Callers before what they call, else as the jobs were given.
    private(set) var entries: [Entry] = []
    let roots: [Job]
    private let called: [Int64: [Job]]

    /// - Parameter jobs: of one attempt, in the order in which they are shown. One whose caller is not among them stands at
    ///   the top.
    init(_ jobs: [Job]) {
        let known = Set(jobs.map(\.id))
        var called: [Int64: [Job]] = [:]
        var roots: [Job] = []
        for job in jobs {
            if let caller = job.callerID, known.contains(caller), caller != job.id {
                called[caller, default: []].append(job)
            } else {
                roots.append(job)
            }
        }
        self.called = called
        self.roots = roots
        for job in roots { add(job, below: nil, depth: 0) }
    }

    func jobs(calledBy job: Job) -> [Job] { called[job.id] ?? [] }

    static func name(of job: Job, below caller: Job?) -> String {
        guard let caller else { return job.name }
        for prefix in ["\(caller.name) / ", "\(caller.key)/"] where job.name.hasPrefix(prefix) {
            return String(job.name.dropFirst(prefix.count))
        }
        return job.name
    }

    private mutating func add(_ job: Job, below caller: Job?, depth: Int) {
        let inner = jobs(calledBy: job)
        entries.append(
            Entry(job: job, depth: depth, name: Self.name(of: job, below: caller), isCaller: !inner.isEmpty))
        for other in inner { add(other, below: job, depth: depth + 1) }
    }
}
