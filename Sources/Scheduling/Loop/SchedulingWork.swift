internal import Plan
internal import Store

/// What a batch of inputs led to so far: what is to be stored, and what is to be done once it is.
struct SchedulingWork {
    /// By the run that they are about, in the order in which it came to have any.
    private(set) var changes: [Int64: [SchedulingChange]] = [:]
    private(set) var order: [Int64] = []
    var cancellations: [RunMachine.Cancellation] = []
    var starts: [JobStart] = []
    /// Told when all is stored.
    var replies: [@Sendable () -> Void] = []
    /// The runs that were read anew since what was decided about them could not be stored.
    var reloaded: Set<Int64> = []

    var isEmpty: Bool { order.isEmpty }
    var all: [SchedulingChange] { order.flatMap { changes[$0] ?? [] } }

    mutating func add(_ changes: [SchedulingChange], ofRun run: Int64) {
        guard !changes.isEmpty else { return }
        if self.changes[run] == nil { order.append(run) }
        self.changes[run, default: []] += changes
    }

    /// What was given to the store is no longer to be given to it.
    mutating func clearChanges() {
        changes = [:]
        order = []
    }

    /// Forgets what would be done about a run whose changes are not in the store.
    mutating func drop(_ run: Int64) {
        cancellations.removeAll { $0.job.runID == run }
        starts.removeAll { $0.run.id == run }
    }
}
